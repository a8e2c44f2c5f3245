"""Write the pictures of Django's pages: an app with template tags, without models and without a storage."""
