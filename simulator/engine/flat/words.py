"""Words as numbers: guards, events that move a machine, and what conditions ask, in the order of their names.

The numbers have no meaning of their own; `image` writes a program down with them and the functions here read them.
"""

from __future__ import annotations

# Guards, in the order of `GUARD_NAMES`; those of joining come first.
(
    TREATY_ALIVE,
    STATE_EXISTS,
    SIGNATURE_OPEN,
    ELIGIBLE_TO_SIGN,
    DEFINITIVE_ALLOWED,
    ACCESSION_IS_OPEN,
    OTHER_CONSENT_OPEN,
    EXCHANGE_AGREED,
    TREATY_IN_FORCE,
    TREATY_NOT_IN_FORCE,
    NOT_IN_FORCE_FOR_IT,
    PROVISIONAL_ALLOWED,
    PROVISIONAL_RUNNING,
    PREDECESSOR_BOUND,
    PREDECESSOR_CONTRACTING,
    PREDECESSOR_SIGNED,
    SIGNED_BEFORE,
    ACCEDED_BEFORE,
    THRESHOLD_WAS_MET,
    CONSENT_OF_ALL,
    WITHDRAWAL_RIGHT,
    LOCK_IN_OVER,
    NO_WITHDRAWAL_PENDING,
    WITHDRAWAL_PENDING,
    NOTICE_PERIOD_OVER,
    NOT_DEFERRED,
    CLAIM_BY_ANOTHER,
    BREACH_ALLEGED,
    COUNTERPARTS_BOUND,
    NAMED_BOUND,
    BOUND_OR_CONTRACTING,
    SUSPENSION_LIVE,
    PAIRWISE_LIVE,
    COUNTERMEASURE_LIVE,
    BILATERAL_TREATY,
    ORGAN_SANCTIONS,
    RIGHTS_RESTRICTED,
    RESERVATIONS_ALLOWED,
    RESERVATION_LIVE,
    BEFORE_EXPIRY,
    WITHIN_CAP,
) = range(41)
_GUARD_NAMES = """
treaty_alive state_exists signature_open eligible_to_sign definitive_signature_allowed accession_open
other_consent_open exchange_agreed treaty_in_force treaty_not_in_force treaty_not_in_force_for_it
provisional_application_allowed provisional_application_running predecessor_bound predecessor_contracting
predecessor_signed signed_before acceded_before threshold_was_met consent_of_all withdrawal_right lock_in_over
no_withdrawal_pending withdrawal_pending notice_period_over not_deferred claim_by_another breach_alleged
counterparts_bound named_counterparts_bound counterparts_bound_or_contracting suspension_live pairwise_suspension_live
countermeasure_live bilateral_treaty organ_sanctions_allowed rights_restricted reservations_allowed reservation_live
before_expiry within_cap
"""
GUARD_NAMES = tuple(_GUARD_NAMES.split())
# What moves a machine, in the order of `EVENT_NAMES`.
(
    V_ADOPT,
    V_OPEN_FOR_SIGNATURE,
    V_SIGN,
    V_SUCCEED_TO_SIGNATURE,
    V_SIGN_DEFINITIVELY,
    V_APPLY_PROVISIONALLY,
    V_DOMESTIC_STEP,
    V_APPROVE_DOMESTICALLY,
    V_DEPOSIT,
    V_ACCEDE,
    V_CONSENT_OTHERWISE,
    V_EXCHANGE,
    V_SUCCEED,
    V_MAKE_RESERVATION,
    V_OBJECT_TO_RESERVATION,
    V_WITHDRAW_RESERVATION,
    V_END_PROVISIONAL,
    V_DISCLAIM_INTENT,
    V_WITHDRAW_CONSENT,
    V_ANNOUNCE,
    V_DECLARE,
    V_ALLEGE_BREACH,
    V_CEASE_PERFORMANCE,
    V_ADOPT_COUNTERMEASURE,
    V_LIFT_COUNTERMEASURE,
    V_NOTIFY_SUSPENSION,
    V_SUSPEND_TOWARD,
    V_OBJECT,
    V_RESUME,
    V_NOTIFY_WITHDRAWAL,
    V_REVOKE_WITHDRAWAL,
    V_TERMINATE_FOR_BREACH,
    V_ESTABLISH_INVALIDITY,
    V_RESTRICT_RIGHTS,
    V_RESTORE_RIGHTS,
    V_DETERMINE_BREACH,
    V_BECOME_EXTINCT,
    V_CONVENE_CONFERENCE,
    V_EXTEND,
    V_SUSPEND_BY_ALL,
    V_RESUME_BY_ALL,
    V_CLOSE_FOR_SIGNATURE,
    V_TERMINATE_BY_CONSENT,
    V_LAPSE,
    V_ENTER_INTO_FORCE,
    V_ENTER_FOR_PARTY,
    V_WITHDRAWAL_EFFECTIVE,
    V_DEFER_WITHDRAWAL,
    V_SUSPENSION_EFFECTIVE,
    V_TREATY_TERMINATED,
    V_CLAIM_DENIED,
    V_THRESHOLD_MET,
    V_EXPIRE,
    V_SUPERSEDE,
    V_BILATERAL_EXIT,
    V_PARTY_EXIT,
    V_AMENDMENT,
    V_FLOOR_BREACHED,
    V_NO_TWO_PARTIES,
    V_LINKED_TERMINATION,
) = range(60)
_EVENT_NAMES = """
adopt open_for_signature sign succeed_to_signature sign_definitively apply_provisionally domestic_step
approve_domestically deposit accede consent_otherwise exchange succeed make_reservation object_to_reservation
withdraw_reservation end_provisional disclaim_intent withdraw_consent announce declare allege_breach cease_performance
adopt_countermeasure lift_countermeasure notify_suspension suspend_toward object resume notify_withdrawal
revoke_withdrawal terminate_for_breach establish_invalidity restrict_rights restore_rights determine_breach
become_extinct convene_conference extend suspend_by_all resume_by_all close_for_signature terminate_by_consent lapse
enter_into_force enter_into_force_for_party withdrawal_effective defer_withdrawal suspension_effective
treaty_terminated claim_denied threshold_met expire supersede bilateral_exit party_exit amendment_in_force
floor_breached no_two_parties linked_termination
"""
EVENT_NAMES = tuple(_EVENT_NAMES.split())
# Conditions: what a word of the program does, and what a question asks.
K_ASK, K_IF_FALSE, K_IF_TRUE, K_NOT, K_ZERO, K_ADD, K_AT_LEAST, K_SET, K_END = range(9)
L_OP, L_A, L_WHO, L_WHO_CODE, L_OTHER, L_OTHER_CODE, L_MASK, L_LOW, L_HIGH, L_DAYS, LEAF_SIZE = range(11)
(
    Q_STATUS,
    Q_TOWARD,
    Q_PENDING,
    Q_PROVISIONAL,
    Q_FLAG,
    Q_RIGHTS,
    Q_PARTY,
    Q_CONFLICT,
    Q_HAPPENED_ACT,
    Q_TREATY,
    Q_COUNT,
    Q_VARIABLE,
    Q_EVENT,
    Q_KIND,
    Q_DATE,
) = range(15)
PER_PARTY = Q_CONFLICT  # questions up to this one are asked of each party
