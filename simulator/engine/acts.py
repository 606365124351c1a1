"""Acts: what parties, treaties and organs do; each is fired on its machine, then leaves its facts.

An act that the law does not allow here is recorded as refused, with its reason and legal basis, and changes nothing.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

from simulator.engine.claims import CLAIMS, HANDLERS
from simulator.engine.deed import Deed, start
from simulator.engine.endings import close, close_all, lapse, terminate
from simulator.engine.machine import Moved, Refused, driver
from simulator.engine.run import Due, Happening, Run
from simulator.law.dates import day_text
from simulator.law.guards import Scene
from simulator.law.lifecycle import PARTY_STATUSES, STATEMENTS
from simulator.law.state import ALL, Pending
from simulator.results.trace import Step
from simulator.scenario.program import ScriptedAct

__all__ = ["do"]


def do(run: Run, deed: Deed) -> bool:
    """Carry out an act; False if the law refused it (the refusal is then on the trace)."""
    by_treaty = run.acts[deed.word].by == "treaty"
    if deed.party < 0 and not by_treaty:
        return _for_everyone(run, deed)
    scene = run.world.scene(run.day, deed.treaty, -1 if by_treaty else deed.party, deed.toward)
    scene.until = deed.until
    if deed.word == "terminate_for_breach" and deed.treatment.kind != "as_notified":
        return _breach_denied(run, deed, scene)
    result = run.fire(scene, deed.word)
    if isinstance(result, Refused):
        run.refuse(deed.source, deed.word, deed.treaty, deed.party, result, kind="refused")
        return False
    step = _record(run, deed, result)
    if scene.party is not None:
        scene.party.last_act = deed.id
    happening = _happening(run, deed, step)
    handler = _HANDLERS.get(deed.word)
    if handler is not None:
        handler(run, deed, scene, step)
    run.happen(step, happening)
    run.became(step, deed.treaty, -1 if by_treaty else deed.party)
    return True


def _for_everyone(run: Run, deed: Deed) -> bool:
    """A treaty-wide row of a party's act.

    Provisional application is meant for all signatories, adoption of a text by a closed circle for each State in it;
    a statement stays one row on the trace. Anything else needs a party.
    """
    everyone = _everyone(run, deed)
    if everyone:
        for party in everyone:
            do(run, dataclasses.replace(deed, party=party))
        return True
    if run.acts[deed.word].by == "party" and deed.word not in ("announce", "declare", "domestic_step"):
        text = f"{deed.word} is the act of a party; the row names none"
        run.refuse(deed.source, deed.word, deed.treaty, -1, Refused(text, "VCLT 2(1)"), kind="refused")
        return False
    step = _record(run, deed, None)
    run.happen(step, _happening(run, deed, step))
    return True


def _everyone(run: Run, deed: Deed) -> list[int]:
    peers = run.world.peers[deed.treaty]
    if deed.word == "apply_provisionally":
        return sorted(party for party, one in peers.items() if one.status in ("signed", "ratified"))
    if deed.word in ("sign", "sign_definitively", "consent_otherwise"):
        return [
            one for one in run.program.terms[deed.treaty].parties if run.world.status(deed.treaty, one) == "non_party"
        ]
    return []


def _record(run: Run, deed: Deed, result: Moved | None) -> Step:
    source, word = deed.source, deed.word
    if isinstance(source, ScriptedAct):
        rule, sources, confirmed = "", source.sources, source.confirmed
    else:
        rule, sources, confirmed = source.rule.id, source.rule.sources, True
    basis = run.basis(deed.treaty, word, result.move.basis if result else run.acts[word].basis)
    note = deed.note
    if deed.stage or deed.dispute:
        disputed = f"disputed ({deed.dispute})" if deed.dispute else ""
        note = "; ".join(part for part in (deed.stage.replace("_", " "), note, disputed) if part)
    names = run.program.names.parties
    return run.step(
        "statement" if word in STATEMENTS else ("claim" if word in CLAIMS else "act"),
        word,
        deed.treaty,
        deed.party,
        before=result.before if result else "",
        after=result.after if result else "",
        toward=tuple("*" if code == ALL else names[code] for code in deed.toward) or _TOWARD_ALL.get(word, ()),
        cause=deed.cause,
        rule=rule,
        move=result.move.id if result else "",
        basis=f"{basis}; claims {deed.ground}" if deed.ground else basis,
        sources=sources,
        id=source.id,
        note=note,
        confirmed=confirmed,
    )


def _happening(run: Run, deed: Deed, step: Step) -> Happening:
    """Remember that the act was done, and name it to the rules and to the noise."""
    done = run.world.act_days.setdefault((deed.act, deed.treaty), {})
    nth = done.get(deed.party, (0, 0))[1] + 1
    done[deed.party] = (run.day, nth)
    keys: list[tuple[object, ...]] = [("act", deed.act, deed.treaty)]
    what, number = deed.key, 0
    if not isinstance(deed.source, ScriptedAct):
        keys.append(("rule", deed.source.rule.code))
        what, number = run.key(f"act:{step.treaty}.{step.party}.{deed.word}"), nth
    happening = Happening(tuple(keys), what, number, deed.party)
    run.trail(step, happening)  # what the act brings about at once already has it in its chain of causes
    return happening


# -- joining ---------------------------------------------------------------------------------------------------


def _sign(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.signed, scene.own.via, scene.own.disclaimed_on = True, "signature", None
    for term in scene.treaty.terms.provisional:
        if term.first == -1 and run.day < term.last and scene.treaty.in_force_on is None:
            scene.own.provisional = term.extent
    run.touch(deed.treaty, deed.party)


def _consent(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.consent_on, scene.own.disclaimed_on, scene.own.exit_dispute = run.day, None, ""
    scene.own.via = {"accede": "accession", "consent_otherwise": "other consent"}.get(deed.word, "signature")
    run.touch(deed.treaty, deed.party)


def _sign_definitively(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.signed = True
    _consent(run, deed, scene, step)


def _succeed(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    before = scene.peers.get(scene.predecessor)
    scene.own.via = "succession"
    if deed.party in run.program.continues and before is not None and before.spells and scene.own.spells:
        # The same State under another name: its membership began with its predecessor's (D14).
        scene.own.via, scene.own.spells[-1].first = "continuation", before.spells[-1].first
        step.remark(f"continues the membership of {scene.name(scene.predecessor)} (D14)")
    if scene.own.status == "ratified":
        scene.own.consent_on = run.day
        run.touch(deed.treaty, deed.party)
    elif scene.treaty.terms.supersedes:  # now all parties of the earlier treaty may be bound by this one (VCLT 59)
        run.entered.setdefault(deed.treaty, step.number)


def _succeed_to_signature(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    _sign(run, deed, scene, step)
    scene.own.via = "succession"
    if (before := scene.peers.get(scene.predecessor)) is not None and scene.own.provisional == "none":
        scene.own.provisional = before.provisional


def _apply_provisionally(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    extent = "partial"
    for term in scene.treaty.terms.provisional:
        if term.first <= run.day < term.last:
            extent = term.extent
    scene.own.provisional = extent


def _end_provisional(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.provisional = "none"


def _approve(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.approved_on = run.day


def _disclaim(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.disclaimed_on, scene.own.provisional = run.day, "none"
    # One of two parties will not join: a bilateral treaty that never was in force is overtaken (T12).
    if scene.treaty.terms.bilateral and scene.treaty.in_force_on is None and scene.treaty.is_alive:
        lapse(run, deed.treaty, step.number, "abandoned before entry into force")


def _withdraw_consent(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.consent_on = scene.own.approved_on = None
    scene.own.pending = [one for one in scene.own.pending if one.kind != "entry_into_force"]
    if step.after == "non_party":
        scene.own.provisional = "none"


# -- leaving ---------------------------------------------------------------------------------------------------


def _notify_withdrawal(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    terms = scene.treaty.terms
    due = max(terms.notice.first_day(deed.clock if terms.notice_from_receipt else run.day, deed.stated), run.day)
    if 0 <= deed.stated < due:
        step.remark(f"names {day_text(deed.stated)}, earlier than the clause allows: {day_text(due)} counts")
    if terms.later_date:
        due = max(due, deed.stated)  # a longer date named in the notice is legal, a shorter one is not (X2)
    scene.own.exit_dispute = deed.dispute
    missing = [one for one in terms.addressees if deed.to and one not in deed.to]
    if missing:
        step.remark(f"defective (D13): not given to {', '.join(missing).replace('_', ' ')}")
    if deed.treatment.kind == "no_effect" or (missing and run.program.readings.get("D13") == "until_cured"):
        step.remark("without effect in this view")
        return
    if deed.treatment.kind == "on":
        due = max(deed.treatment.day, run.day)
    elif deed.treatment.kind == "delay" and deed.treatment.rule is not None:
        due = max(due, deed.treatment.rule.first_day(run.day))
    scene.own.pending.append(Pending("withdrawal", run.day, due, deed.id, cause=step.number))
    start(run, Due("withdrawal", deed.treaty, deed.party, deed.id, step.number), due)


def _revoke(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.pending = [one for one in scene.own.pending if one.kind != "withdrawal"]
    scene.own.exit_dispute = ""


def _extinct(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.extinct = True
    if step.before not in ("withdrawn", "terminated"):  # why it left before it ceased stays what it was
        scene.own.reason = "state_extinct"
    close(run, scene.own)
    run.touch(deed.treaty, deed.party)
    if step.before in PARTY_STATUSES:
        run.exits[deed.treaty] = step.number


def _breach_denied(run: Run, deed: Deed, scene: Scene) -> bool:
    """A claim to end a treaty for breach is settled by the procedure of VCLT 65, which nobody has run through here.

    The depositary's and the claimant's views let it end the treaty at once; the others record the claim alone.
    """
    trial = dataclasses.replace(scene, party=copy.copy(scene.own))
    result = driver("party").fire(trial.own, deed.word, trial)
    if isinstance(result, Refused):
        run.refuse(deed.source, deed.word, deed.treaty, deed.party, result, kind="refused")
        return False
    step = _record(run, deed, Moved(result.move, result.before, result.before))
    step.kind = "claim"
    step.remark("without effect in this view (VCLT 65)")
    run.happen(step, _happening(run, deed, step))
    return True


def _breach(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.reason, scene.own.exit_dispute = "breach", deed.dispute
    close(run, scene.own)
    terminate(run, deed.treaty, "terminate_for_breach", "breach", step.number, dispute=deed.dispute)


def _invalid(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.own.reason, scene.own.signed, scene.own.consent_on = "invalid consent", False, None
    for spell in scene.own.spells[-1:]:
        spell.last = spell.first  # void from the start (VCLT 69); the trace keeps what was done in good faith
    close(run, scene.own)
    run.touch(deed.treaty, deed.party)
    if step.before in PARTY_STATUSES:
        run.exits[deed.treaty] = step.number


# -- the treaty as a whole -------------------------------------------------------------------------------------


def _open(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    run.touch(deed.treaty)


def _shut(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.treaty.signature_open = False


def _extend(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.treaty.expires = deed.until
    run.schedule(Due("expiry", deed.treaty, cause=step.number), deed.until)


def _by_consent(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    scene.treaty.reason = "consent_of_all"
    for party, one in sorted(scene.peers.items()):
        if one.is_party:
            run.move(deed.treaty, party, "treaty_terminated", step.number, reason="consent_of_all")
        close(run, one)
    run.ended[deed.treaty] = step.number


def _lapsed(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    close_all(run, deed.treaty)


_TOWARD_ALL = {"notify_suspension": ("*",)}

_HANDLERS: dict[str, Callable[[Run, Deed, Scene, Step], None]] = {
    "sign": _sign,
    "sign_definitively": _sign_definitively,
    "deposit": _consent,
    "accede": _consent,
    "exchange": _consent,
    "consent_otherwise": _consent,
    "succeed": _succeed,
    "succeed_to_signature": _succeed_to_signature,
    "apply_provisionally": _apply_provisionally,
    "end_provisional": _end_provisional,
    "approve_domestically": _approve,
    "disclaim_intent": _disclaim,
    "withdraw_consent": _withdraw_consent,
    "notify_withdrawal": _notify_withdrawal,
    "revoke_withdrawal": _revoke,
    "become_extinct": _extinct,
    "terminate_for_breach": _breach,
    "establish_invalidity": _invalid,
    **HANDLERS,
    "open_for_signature": _open,
    "close_for_signature": _shut,
    "extend": _extend,
    "terminate_by_consent": _by_consent,
    "lapse": _lapsed,
}
