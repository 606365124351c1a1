"""What each actor of a scenario decided in history, as forced decisions: with them a simulation gives the record."""

from __future__ import annotations

from typing import Any

NO: dict[str, Any] = {"fires": False}
ALLIES = {"CAN": 0, "CZE": 0, "DEU": 0, "DNK": 0, "GBR": 0, "ITA": 21, "NOR": 20, "POL": 142, "TUR": 150, "USA": 0}
HISTORY: dict[str, list[dict[str, Any]]] = {
    "nato-enlargement-cfe": [
        {"rule": "answer-2004", "fires": True, "delay_days": 1202},
        {"rule": "answer-deployment"} | NO,
        {"rule": "answer-bucharest"} | NO,
        {"rule": "exit-bucharest"} | NO,
        {"rule": "allies-decide", "fires": True, "delay_days": 1592},
        {"rule": "countermeasure", "actor": "GEO", "fires": True, "delay_days": 7},
        {"rule": "countermeasure", "fires": True, "delay_days": 0},
        {"rule": "leaving-the-meetings", "fires": True, "delay_days": 344},
        {"rule": "exit", "trigger": "invasion-ukraine", "fires": False},
        {"rule": "exit", "fires": True, "delay_days": 66},
        *({"rule": "allied-suspension", "actor": a, "fires": True, "delay_days": d} for a, d in ALLIES.items()),
        {"rule": "allied-suspension"} | NO,
        {"rule": "ready-finland", "fires": True, "delay_days": 273},
        {"rule": "holdouts-finland", "actor": "HUN", "fires": True, "delay_days": 269},
        {"rule": "holdouts-finland", "fires": True, "delay_days": 273},
        {"rule": "deposit-finland", "fires": True, "delay_days": 0},
        {"rule": "ready-sweden", "fires": True, "delay_days": 611},
        {"rule": "holdouts-sweden", "fires": True, "delay_days": 338},
        {"rule": "deposit-sweden", "fires": True, "delay_days": 0},
    ],
}
HISTORY["missile-defence"] = [
    {"rule": "amendment"} | NO,
    {"rule": "abm-exit", "fires": True, "delay_days": 875},
    {"rule": "start2-given-up", "fires": True, "delay_days": 1},
    {"rule": "start2-exchanged-late"} | NO,
    {"rule": "inf-exit-first"} | NO,
    {"rule": "new-start-exit"} | NO,
    {"rule": "breach", "fires": True, "delay_days": 1589},
    {"rule": "inf-answer", "fires": True, "delay_days": 60},
    {"rule": "inf-mirror", "fires": True, "delay_days": 30},
]
HISTORY["istanbul-commitments"] = [
    {"rule": "georgia-settled"} | NO,
    {"rule": "moldova-settled"} | NO,
    {"rule": "allies-ratify-unlinked"} | NO,
    {"rule": "russia-ratifies", "fires": True, "delay_days": 1844},
    {"rule": "partners-ratify", "fires": True, "delay_days": 2794},
    {"rule": "impatience", "fires": True, "delay_days": 950},
    {"rule": "lever"} | NO,
]
HISTORY["new-start-end"] = [
    {"rule": "inspections-halt", "fires": True, "delay_days": 165},
    {"rule": "finding", "fires": True, "delay_days": 176},
    {"rule": "suspension-linkage", "trigger": "invasion-ukraine", "fires": True, "delay_days": 362},
    {"rule": "suspension-linkage"} | NO,
    {"rule": "suspension-spiral"} | NO,
    {"rule": "data-withheld", "fires": True, "delay_days": 35},
    {"rule": "notifications-withheld", "fires": True, "delay_days": 65},
    {"rule": "resumption"} | NO,
    {"rule": "us-exit"} | NO,
    {"rule": "offer", "fires": True, "delay_days": 38},
    {"rule": "acceptance"} | NO,
    {"rule": "pledge", "fires": True, "delay_days": 6},
]
HISTORY["ottawa-eastern-flank"] = [
    {"rule": "exit-alone"} | NO,
    {"rule": "joint-exit", "actor": "POL", "fires": True, "delay_days": 155},
    {"rule": "joint-exit", "fires": True, "delay_days": 101},
    {"rule": "finland-follows", "fires": True, "delay_days": 13},
    {"rule": "bystander-follows"} | NO,
    {"rule": "ukraine-decides", "fires": True, "outcome": "suspend", "delay_days": 21},
    {"rule": "objection", "fires": True, "delay_days": 166},
]
