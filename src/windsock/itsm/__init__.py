"""Service operation: what hurts is opened once, worked on by somebody, told to who is on duty, solved, reviewed, and mended for good.

Words: an *incident* is one cause that costs money now, with the *alerts* that it explains; a *problem* is why it came, a *known error* one whose
cause is known; a *change* mends it; a *task* is work with a date; a *move* is a step of a record's machine, with who and why; the *rota* says who is
on duty; a *review* answers five questions.
Invariants, held by the database: no move without an actor and a reason, and none is changed later; one incident of a cause is open; closed is the
end, but for the days in which it may be opened again; no incident closes while an automatic action is not verified; no problem closes without a
review or the words why its risk is accepted; no change is done without the words how to go back; each change of a rule rests on a review or a person.
"""

from windsock.itsm.actions import note_action, settle_action
from windsock.itsm.begin import Opened, Opening, begin
from windsock.itsm.call import Call
from windsock.itsm.escalate import who_is_on_duty
from windsock.itsm.model.record import Record
from windsock.itsm.read import listed
from windsock.itsm.red import red_lines
from windsock.itsm.review import form, save_review
from windsock.itsm.step import Wish, move
from windsock.itsm.store import Wanted
from windsock.itsm.tell_port import Tell, plug_tell

__all__ = [
    "Call",
    "Opened",
    "Opening",
    "Record",
    "Tell",
    "Wanted",
    "Wish",
    "begin",
    "form",
    "listed",
    "move",
    "note_action",
    "plug_tell",
    "red_lines",
    "save_review",
    "settle_action",
    "who_is_on_duty",
]
