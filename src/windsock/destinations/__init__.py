"""Ways out: where messages of Windsock go, e-mail by SMTP, webhooks, and robots in chats, each with its secret sealed, and the inbox in the browser.

Words: a *destination* is a named place with its kind and settings; a *message* is a text in plain words and in HTML, with pictures. Invariants: a
secret leaves the seal only while something is sent, and only to the place it was given for; recipients and sizes are bounded; a message keeps its
id when it is sent again, so that who receives it twice can tell; ``send`` tries once, ``deliver`` leaves it to a job that tries again.
"""

from windsock.destinations.deliver import deliver
from windsock.destinations.inbox import plug_on_duty, put, ways_of
from windsock.destinations.keep import Destination, find, list_destinations, seal_addresses, send
from windsock.destinations.model import Button, Email, Message, Picture, Robot, Webhook, check_recipients

__all__ = [
    "Button",
    "Destination",
    "Email",
    "Message",
    "Picture",
    "Robot",
    "Webhook",
    "check_recipients",
    "deliver",
    "find",
    "list_destinations",
    "plug_on_duty",
    "put",
    "seal_addresses",
    "send",
    "ways_of",
]
