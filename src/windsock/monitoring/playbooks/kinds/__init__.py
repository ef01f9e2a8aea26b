"""The ways to act that monitoring itself gives: tell somebody, call a webhook, mute, mark data late, switch a flag."""

from windsock.monitoring.playbooks.kinds.quiet import MARK_LATE, MUTE
from windsock.monitoring.playbooks.kinds.switch import SWITCHES
from windsock.monitoring.playbooks.kinds.tell import CALL_WEBHOOK, NOTIFY

ACTION_KINDS = (NOTIFY, CALL_WEBHOOK, MUTE, MARK_LATE, *SWITCHES)
