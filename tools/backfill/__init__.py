"""Send a job of S3 Batch Operations that makes, remakes or purges the derivatives of many originals."""
