"""Physical times of a station, in microseconds. They are properties of hands and scales and are never scaled."""

QUIET_US = 300_000
"""A weight counts as settled when it has been stable this long: a hand is slower than the indicator's own filter."""

JUDGE_US = 300_000
"""A confirmation is judged against the weight no sooner: the indicator may not yet have seen the hand."""

SETTLE_WAIT_US = 2_000_000
"""How long a confirmed task waits for its weight before it is judged as it stands, or the next task is shown."""

AT_WORK_US = 60_000_000
"""How long a confirmed task on a platform waits for a hand that may be at work at another lit bin there."""

BIN_REST_US = 300_000
"""A bin shows no new task so soon after a confirmation, so that a button pressed twice confirms one task."""

REACTION_US = 300_000
"""A press so soon after a light has changed to something else was meant for what it was before."""

LATE_PRESS_US = 2_000_000
"""A press so soon after the scale has confirmed a task was meant for that task: the bin shows nothing new meanwhile."""

REFUSED_US = 2_000_000
"""How long a bin shows that its button was not taken."""

MISSING_AFTER_US = 2_000_000
"""The right amount is gone for this long without the button: the light blinks fast."""

BY_WEIGHT_AFTER_US = 4_000_000
"""The right amount is gone for this long without the button: the scale confirms."""

COUNT_REST_US = 1_000_000
"""A scale counts a bin by itself when nothing has moved for this long."""

NOBODY_COUNTS_US = 60_000_000
"""Nothing has moved for this long at a bin that waits for a count: whoever took something was not counting it."""

LEFT_LYING_US = 1_500_000
"""A load that was weighed for the step before is taken for this one's when nobody has moved it for this long."""

HOLD_US = 1_000_000
"""A button held this long means more than a press: short takes the number from the scale, the confirm button of a bin
that has just gone dark takes the confirmation back."""

UNDO_WITHIN_US = 5_000_000
"""A confirmation that no weight has judged is taken back by a press that begins at most this long after it."""

STUCK_US = 20_000_000
"""A button that is down this long is stuck."""

RECALL_WAIT_US = 10_000_000
"""A recalled task whose weight never comes to rest is judged after this long by the last weight that did."""

UNREADABLE_US = 2_000_000
"""A thing before the camera without a symbol for this long is unreadable."""

STILL_THERE_US = 30_000_000
"""So long after a start the first symbol may be one that lies there since before: a camera may take a while to open."""

LAY_THERE_US = 600_000_000
"""What was told so long before a start lies there no more: people do not leave their work on a bench for longer."""

SAME_THING_US = 2_000_000
"""What camera and handheld scanner read within this time is one thing, that one of them saw first."""

SAVE_DELAY_US = 3_000_000
"""The desired state, on which no event depends, is written with the next facts, or this late: a pick's weight is told
before, and the card is spared a commit. The hub tells it again to a station that starts."""

CREEP_SAVE_US = 600_000_000
"""A baseline that has crept a little is written at most this late."""
