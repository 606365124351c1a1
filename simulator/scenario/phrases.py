"""The small change of English: lists, numbers, articles, verbs of acts. `sentences` builds on it.

>>> verb("deposit", "cfe"), verb("accede", "nato", "has")
('deposits its instrument for cfe', 'has acceded to nato')
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["a", "days", "joined", "verb"]

# act word: base form, past participle, what follows; the words are those of the table of acts.
_VERBS: dict[str, tuple[str, str, str]] = {
    "accede": ("accede", "acceded", "to {t}"),
    "adopt": ("adopt", "adopted", "{t}"),
    "adopt_countermeasure": ("adopt", "adopted", "a countermeasure under {t}"),
    "allege_breach": ("allege", "alleged", "a breach of {t}"),
    "announce": ("announce", "announced", "a step on {t}"),
    "apply_provisionally": ("begin", "begun", "to apply {t} provisionally"),
    "approve_domestically": ("approve", "approved", "{t} at home"),
    "become_extinct": ("cease", "ceased", "to exist as a party to {t}"),
    "cease_performance": ("cease", "ceased", "to perform {t}"),
    "close_for_signature": ("close", "closed", "{t} for signature"),
    "consent_otherwise": ("consent", "consented", "to {t} by other means"),
    "convene_conference": ("convene", "convened", "a conference on {t}"),
    "declare": ("make", "made", "a declaration under {t}"),
    "deposit": ("deposit", "deposited", "its instrument for {t}"),
    "determine_breach": ("determine", "determined", "a breach of {t}"),
    "disclaim_intent": ("disclaim", "disclaimed", "its intent to join {t}"),
    "domestic_step": ("take", "taken", "a domestic step on {t}"),
    "end_provisional": ("end", "ended", "its provisional application of {t}"),
    "establish_invalidity": ("establish", "established", "the invalidity of {t}"),
    "exchange": ("exchange", "exchanged", "instruments for {t}"),
    "extend": ("extend", "extended", "{t}"),
    "lapse": ("let", "let", "{t} lapse"),
    "lift_countermeasure": ("lift", "lifted", "its countermeasure under {t}"),
    "make_reservation": ("make", "made", "a reservation to {t}"),
    "notify_suspension": ("notify", "notified", "suspension of {t}"),
    "notify_withdrawal": ("notify", "notified", "withdrawal from {t}"),
    "object": ("object", "objected", "under {t}"),
    "object_to_reservation": ("object", "objected", "to a reservation to {t}"),
    "open_for_signature": ("open", "opened", "{t} for signature"),
    "restore_rights": ("restore", "restored", "rights in the organs of {t}"),
    "restrict_rights": ("restrict", "restricted", "rights in the organs of {t}"),
    "resume": ("resume", "resumed", "{t}"),
    "resume_by_all": ("resume", "resumed", "{t} as a whole"),
    "revoke_withdrawal": ("revoke", "revoked", "its withdrawal from {t}"),
    "sign": ("sign", "signed", "{t}"),
    "sign_definitively": ("sign", "signed", "{t} definitively"),
    "succeed": ("succeed", "succeeded", "to {t}"),
    "succeed_to_signature": ("succeed", "succeeded", "to the signature of {t}"),
    "suspend_by_all": ("suspend", "suspended", "{t} as a whole"),
    "suspend_toward": ("suspend", "suspended", "{t}"),
    "terminate_by_consent": ("terminate", "terminated", "{t} by consent"),
    "terminate_for_breach": ("terminate", "terminated", "{t} for breach"),
    "withdraw_consent": ("withdraw", "withdrawn", "its consent to {t}"),
    "withdraw_reservation": ("withdraw", "withdrawn", "its reservation to {t}"),
}


def verb(act: str, treaty: str, form: str = "one") -> str:
    """An act as a verb phrase: `one` "signs cfe", `many` "sign cfe", `has` "has signed cfe".

    A word that is not in the table is quoted rather than guessed at.

    >>> verb("sign", "cfe", "many"), verb("ponder", "cfe")
    ('sign cfe', "does 'ponder' under cfe")
    """
    known = _VERBS.get(act)
    base, participle, rest = known or ("do", "done", f"'{act}' under {{t}}")
    head = {"one": _third_person(base), "many": base, "has": f"has {participle}"}[form]
    return f"{head} {rest.format(t=treaty)}"


def _third_person(base: str) -> str:
    if base.endswith("y"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "o")) else "s")


def joined(items: Iterable[str], word: str = "and") -> str:
    """The items as a list in running text.

    >>> joined(["a", "b", "c"]), joined(["a", "b"], "or"), joined(["a"])
    ('a, b and c', 'a or b', 'a')
    """
    *front, last = items
    return f"{', '.join(front)} {word} {last}" if front else last


def a(noun: str) -> str:
    """The noun with its article, going by the first letter.

    >>> a("exercise"), a("missile-test")
    ('an exercise', 'a missile-test')
    """
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def days(number: int, unit: str = "day") -> str:
    """A number of days (or another unit) with thousands separated.

    >>> days(1), days(1500), days(3, "clear day")
    ('1 day', '1,500 days', '3 clear days')
    """
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
