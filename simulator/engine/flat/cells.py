"""Where each number lies: the layout of the two arrays that every function here is given.

`p` is the program: it is written once (`image`) and only read. `w` is the world of one run. Both begin with a header
whose slots are named below; what has a variable length lies behind it, and the header holds its address. Records of
fixed length (a relationship, a treaty, an entry of the agenda) have named fields, added to the record's address.

A set of parties is `p[WORDS]` numbers of 32 bits each; the bit after the last party means "every other party". Sets
lie in `w`, also those that never change, so that a function can take any set by its address alone.
"""

from __future__ import annotations

NONE = -1  # no day, no step, no party, no entry
UNSTATED = -2  # to a rule that computes a day: the act names none
GUIDE = 45  # of the 53 bits of a uniform, those that lie inside one part of a guide
PARTS = 1 << (53 - GUIDE)
SHIFT, INSIDE = 5, 31  # what divides by `BITS`, and what is left: number >> SHIFT, number & INSIDE
BITS = 32  # of a number that holds a part of a set

# Statuses in the order of the law's tables.
NON_PARTY, SIGNED_, RATIFIED, IN_FORCE, SUSPENDED, WITHDRAWN, TERMINATED = range(7)
NEGOTIATED, ADOPTED, OPEN, FORCE, SUSPENDED_WHOLE, ENDED, LAPSED = range(7)

# -- header of the program ----------------------------------------------------------------------------------------
(
    PARTIES,
    TREATIES,
    WORDS,
    FIRST,
    LAST,
    BASE,
    DAYS,
    REL_SIZE,
    ITEM_SIZE,
    PENDING_SIZE,
    CLAIM_SIZE,
    TERMS,
    LIVES,
    PREDECESSORS,
    CONTINUES,
    BLOC_SETS,
    BLOC_TREATIES,
    ROWS,
    EVENTS,
    BY_TREATY,
    FOR_ALL,
    STATEMENT,
    STATIC,
    STATIC_N,
    KEY_ACT,
    KEY_EVENT,
    KEY_KIND,
    KEY_BECOMES,
    KEY_TREATY,
    KEY_EVERY,
    KEY_RULE,
    NAME_EVERY,
    NAME_PERIOD,
    NAME_BECOMES,
    NAME_TREATY,
    ACT_SLOTS,
    NAME_ACT,
    RULES,
    RULE_N,
    VARIABLES,
    OUTCOMES,
    OUTCOME_N,
    VARIABLE_N,
    WATCHES,
    PATHS,
    MONTHS,
    MONTH_N,
    DUE_TREATY,
    DUE_PARTY,
    WAYS,
    D13_CURED,
    MAX_STEPS,
    MAX_STEPS_TODAY,
    MAX_ITEMS,
    MAX_PENDING,
    MAX_CLAIMS,
    MAX_MOVES,
    HAZARD_TABLES,
    W_REL,
    W_TREATY,
    W_STATUS,
    W_BOUND,
    W_SINGLE,
    W_EMPTY,
    W_EVERYONE,
    W_HEAD,
    W_MAP,
    W_MAP2,
    W_ITEMS,
    W_PENDING,
    W_CLAIMS,
    W_VARIABLES,
    W_EVENT_DAY,
    W_EVENT_STEP,
    W_KIND_DAY,
    W_ACT_DAY,
    W_CONFLICT,
    W_HAZARD,
    W_TOUCHED,
    W_TOUCHED_BY,
    W_EXITS,
    W_ENTERED,
    W_ENDED,
    W_WORK,
    W_TOWARD,
    W_DOERS,
    W_SEEN,
    W_STACK,
    W_SCRATCH,
    W_LOTS,
    W_KEPT,
    W_NOTED,
    W_JOURNAL,
    W_MOVES,
    W_ASKED,
    W_FIRED,
    W_FOUND,
    W_PATH,
    W_SIZE,
    P_HEADER,
) = range(100)

# -- header of the world ------------------------------------------------------------------------------------------
# The first `LASTING` are part of a run's state and are set back with it; the others are made anew or only count on.
(
    DAY,
    POSITION,
    ITEM_N,
    PENDING_N,
    CLAIM_N,
    TOUCHED_N,
    EXITS_N,
    ENTERED_N,
    ENDED_N,
    REFUSED,
    MOVES_N,
    STEPS,
    STEPS_TODAY,
    MOVED,
    STAMP,
    DRAWN,
    ERROR,
    START,
    JOURNAL_N,
    RUN,
    BEFORE,
    AFTER,
    STEPS_BEFORE,
    D_PARTY,
    D_TREATY,
    D_WORD,
    D_ACT,
    D_TOWARD,
    D_STATED,
    D_CLOCK,
    D_UNTIL,
    D_TREATMENT,
    D_GROUND,
    D_DEFECT,
    D_SCRIPTED,
    D_ID,
    _D_ID1,
    _D_ID2,
    _D_ID3,
    D_CAUSE,
    D_KEY,
    D_RULE,
    W_HEADER,
) = range(43)
LASTING = STEPS

# -- records in the world -----------------------------------------------------------------------------------------
(
    STATUS,
    SINCE,
    GONE,
    OTHERWISE,
    SIGNED,
    EXTINCT,
    APPROVED,
    DISCLAIMED,
    CONSENT,
    PROVISIONAL,
    RESTRICTED,
    RESERVATION,
    PENDING,
    CLAIMS,
    BLAMED,
    LAST_STEP,
    ENTRIES,
) = range(17)
FACTS = ENTRIES + 7  # three sets: suspended, non-performance, countermeasure towards these
FACT_SUSPENDED, FACT_NON_PERFORMANCE, FACT_COUNTERMEASURE = range(3)
(
    T_STATUS,
    T_SINCE,
    T_SIGNATURE,
    T_MET,
    T_FORCE,
    T_DUE,
    T_EXPIRES,
    T_FACTS,
    T_LAST_ACT,
    T_BOUND,
    T_ENTRIES,
) = range(11)
TREATY_SIZE = T_ENTRIES + 7
# An entry of the agenda; `I_ID` has four numbers, then the set of who decides.
I_NEXT, I_KEY, I_PRE, I_KIND, I_A, I_B, I_C, I_CAUSE, I_OPTION, I_ID = range(10)
I_SET = I_ID + 4
# A pending effect and a claim; both name the notice behind them by four numbers, then towards whom.
N_NEXT, N_KIND, N_DUE, N_DEFERRED, N_CAUSE, N_ID = range(6)
N_SET = N_ID + 4
C_NEXT, C_ACCEPTED, C_LIVE, C_RULE, C_ID = range(5)
C_SET = C_ID + 4
P_WITHDRAWAL, P_SUSPENSION, P_PAIRWISE, P_ENTRY = range(4)
# A status change as it is logged: day, treaty, party (NONE: the treaty itself), before, after, and how many parties
# the treaty binds then (NONE: as many as before).
MOVE_SIZE = 6

# -- records in the program ---------------------------------------------------------------------------------------
(
    SIGNATURE_CLOSES,
    CLOSES_ON_ENTRY,
    MAY_SIGN,
    DEFINITIVE,
    ACCESSION_OPEN,
    ACCESSION_FROM,
    ACCESSION_AFTER,
    MAY_ACCEDE,
    OTHER_CONSENT,
    CIRCLE,
    ENTRY,
    ENTRY_DELAY,
    ENTRY_FLOOR,
    STAND_IN,
    THRESHOLD_ON,
    LATE_DELAY,
    LATE_AFTER,
    PROVISIONS,
    WITHDRAWAL,
    NOTICE,
    FROM_RECEIPT,
    LATER_DATE,
    LOCK_IN,
    DEFER,
    UNTIL,
    YEARS,
    CAP,
    RESERVATIONS,
    FLOOR,
    SUPERSEDES,
    ENDS_WITH,
    AMENDS,
    REQUIRES,
    ORGANS,
    BILATERAL,
    NAMED,
    REQUIRED_BY,
    FALLS_WITH,
    TERM_SIZE,
) = range(39)
# What the agenda holds before the first day, sorted.
S_DAY, S_KEY, S_KIND, S_DATA, S_SIZE = range(5)
# Kinds of entries, scripted or not; effects stand in the order of their names, which decides among equals.
(
    E_ACT,
    E_EVENT,
    E_FORCED,
    E_PERIOD,
    E_WAKE,
    E_RULE,
    E_ENTRY,
    E_EXPIRY,
    E_PARTY_ENTRY,
    E_SUSPENSION,
    E_WITHDRAWAL,
    E_OPENING,
    E_CLOSING,
    E_ADOPTION,
    E_PROVISIONAL,
    E_PROVISIONAL_END,
) = range(16)
PHASE = 1 << 40  # of an entry's key: phase, then source, legal order, priority
EFFECTS, EVENT_PHASE, ACTS, THRESHOLDS, CONSEQUENCES, LINKS = (PHASE * one for one in range(1, 7))
SOURCE = 1 << 36
ORDER = 1 << 26
# A scripted act; an act of a rule shares the first fields.
(
    A_WORD,
    A_ACT,
    A_TREATY,
    A_UNTIL,
    A_TREATMENT,
    A_GROUND,
    A_DEFECT,
    A_PARTY,
    A_TOWARD,
    A_STATED,
    A_RECEIVED,
    A_EVENT,
    A_ID,
    A_KEY,
) = range(14)
# An action of a rule: an act, a change of variables, or a happening.
X_TYPE, X_DEED, X_PARTIES, X_TOWARD, X_EFFECTIVE, X_SETS, X_KIND = range(7)
X_ACT, X_SET, X_HAPPENS = range(3)
# Events, rules, forced decisions, outcomes.
V_CODE, V_KIND, V_KEY, V_BEGINS, V_ENDS, V_INTERNATIONAL, V_CHANCE, V_SETS, V_SITE = range(9)
(
    R_ACTOR_KIND,
    R_ACTOR,
    R_EACH,
    R_ONLY,
    R_STILL,
    R_CHANCES,
    R_CHOICE,
    R_OPTIONS,
    R_NOISE,
    R_PRIORITY,
    R_DELAY_KIND,
    R_DELAY,
    R_POINTS,
    R_SITES,
    R_FORCED,
    R_HEAD,
    R_ACTOR_RANK,
    R_HAPPENS,
    R_HAZARD,
    R_COMMON,
    R_FITS,
    R_REST,
    R_PLAIN,
    RULE_SIZE,
) = range(24)
# A case of a chance, and what it says: nobody fires, everybody does, or chance decides.
C_WHEN, C_KIND, C_BOUND, C_STRIDE, CASE_SIZE = range(5)
NO_CHANCE, CERTAIN, BY_CHANCE = range(3)
DELAY_FIXED, DELAY_MONTHS, DELAY_DRAWN = range(3)
BY_WHAT, BY_PATH, BY_RULE, BY_DAY, BY_MONTH, BY_THRESHOLD = range(6)
F_ACTOR, F_WHAT, F_NTH, F_FIRES, F_OPTION, F_DELAY, FORCED_SIZE = range(7)
O_WHEN, O_FIRST, O_LAST, O_READS, OUTCOME_SIZE = range(5)
ANYTHING = -1  # of O_READS: the outcome may hang on anything
# Ways to compute a day, and whom a reference means.
D_DAYS, D_MONTHS, D_FIRST_OF, D_ON, D_STATED_DAY, D_SAME = range(6)
WHO_PARTY, WHO_ACTOR, WHO_SUBJECT, WHO_ALL_OF, WHO_ANY_OF, WHO_BLOC, WHO_ALL = range(7)
# What a view makes of a claim.
M_NOTIFIED, M_NO_EFFECT, M_DELAY, M_ON, M_UNTIL_OBJECTION, M_STRICT = range(6)
G_NO, G_YES, G_IN_CONFLICT = range(3)
# Why a run stopped: 0 it did not.
STEPS_A_DAY, STEPS_A_RUN, FORCED_STATUS, CAPACITY = range(1, 5)
