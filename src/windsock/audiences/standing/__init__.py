"""Standing: where each buyer stands at the end of a month, by RFM class and by stage of life, frozen.

Words: a *class* is one of the trade's eight, by three thresholds; a *stage* says how long somebody has been away beside their own usual interval
between purchases: new, growing, mature, dozing, at risk, lost; *rules* are the thresholds and bounds of both, versioned; a month is *frozen* when its
rows are written. Invariants: a frozen month does not change, whatever later becomes known or is set, unless somebody freezes it anew with a reason;
each buyer has one row in a month; thresholds that are held stay those of the first whole month of a version: nobody changes class because a mean did.
"""

from windsock.audiences.standing.freeze import Frozen, freeze_due, freeze_month
from windsock.audiences.standing.model import STAGES, Rules, Stage, read_rules, stage_of, usual_gap

__all__ = ["STAGES", "Frozen", "Rules", "Stage", "freeze_due", "freeze_month", "read_rules", "stage_of", "usual_gap"]
