"""Write addresses of derivatives, and the HTML around them. This package sends no request."""
