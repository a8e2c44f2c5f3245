"""Send a job of S3 Batch Operations that makes, remakes or purges derivatives of many originals."""
