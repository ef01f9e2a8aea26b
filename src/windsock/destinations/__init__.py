"""Ways out: where messages of Windsock go, e-mail by SMTP and webhooks, each with its secret sealed.

Words: a *destination* is a named place with its kind and settings; a *message* is a text in plain words and in HTML, with pictures. Invariants: a
secret leaves the seal only while something is sent, and only to the place it was given for; recipients and sizes are bounded; a message keeps its
id when it is sent again, so that who receives it twice can tell.
"""

from windsock.destinations.keep import Destination, find, list_destinations, send
from windsock.destinations.model import Email, Message, Picture, Webhook, check_recipients

__all__ = ["Destination", "Email", "Message", "Picture", "Webhook", "check_recipients", "find", "list_destinations", "send"]
