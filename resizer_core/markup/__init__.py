"""Write what pages need: addresses of derivatives and the HTML around them. Nothing is asked or made."""
