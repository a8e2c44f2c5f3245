"""Write pictures in Django's templates: an app with template tags, but no models and no storage."""
