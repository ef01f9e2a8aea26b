"""Ways out: where messages of Windsock go, e-mail by SMTP and webhooks, each with its secret sealed.

Words: a *destination* is a named place with its kind and settings; a *message* is a text in plain words and in HTML, with pictures. Invariants: a
secret leaves the seal only while something is sent; recipients and sizes are bounded; a message keeps its id when it is sent again, so that who
receives it twice can tell.
"""

__all__: list[str] = []
