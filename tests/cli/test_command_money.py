"""tests/cli/test_command_money.py - what jobs have cost, and what a month may."""
from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import failure, generate, jobs, kill, quick, real, small, stubborn, the_job
from programs import Place, Sandbox, end_of, make_places, wait_for
from providers import IMAGES, IMAROUTER, MODELARK, OPENROUTER, PROVIDERS, Provider

TOTAL_NAMES = ["period", "provider", "pictures", "cost_usd", "estimated_usd", "uncertain_usd"]
Numbers = tuple[int, float, float, float]


def summary(place: Place) -> dict:
    """What the ledger says."""
    told = jobs(place, "--summary", "--json").expect(0).json()
    assert list(told) == ["days", "months", "providers", "total", "budget_usd", "month_usd"], told
    for total in (*told["days"], *told["months"], *told["providers"], told["total"]):
        assert list(total) == TOTAL_NAMES, total
    return told


def numbers(total: dict) -> Numbers:
    """Pictures, and dollars: charged, estimated, uncertain."""
    return (total["pictures"], *(round(total[name], 4) for name in TOTAL_NAMES[3:]))


def cells(place: Place, *words: str) -> list[list[str]]:
    """What is printed of it."""
    return [line.split("\t") for line in jobs(place, *words, "--summary").expect(0).stdout.splitlines()]


def budget(place: Place, usd: str) -> None:
    place.seedream("rules", "monthly-budget", usd).expect(0)


# The ledger

def test_nothing_was_spent_at_first(place: Place) -> None:
    told = summary(place)
    assert told["days"] == told["months"] == told["providers"] == [], told
    assert numbers(told["total"]) == (0, 0, 0, 0) and told["budget_usd"] is None and told["month_usd"] == 0, told
    assert cells(place) == [["period", "provider", "pictures", "charged", "estimated", "uncertain"],
                            ["all", "all", "0", "$0.00", "$0.00", "$0.00"]]


def test_it_is_summed_up_by_day_month_and_provider(place: Place) -> None:
    sandbox = small(place)
    today = time.strftime("%Y-%m-%d")
    for provider, count in ((IMAROUTER, "2"), (OPENROUTER, "1"), (MODELARK, "3")):
        generate(place, provider.at(sandbox), "-n", count).expect(0)
    if time.strftime("%Y-%m-%d") != today:
        raise tap.Skip("the day has ended")
    told = summary(place)
    day, = told["days"]
    month, = told["months"]
    assert (day["period"], day["provider"], month["period"]) == (today, None, today[:7])
    assert numbers(day) == numbers(month) == numbers(told["total"]), told
    assert numbers(day)[:2] == (6, 0.24) and numbers(day)[3] == 0, day
    assert {total["provider"]: numbers(total)[:2] for total in told["providers"]} == {
        "imarouter": (2, 0.08), "openrouter": (1, 0.04), "modelark": (3, 0.12)}, told
    assert round(told["month_usd"], 4) == 0.24
    shown = cells(place)
    assert shown == cells(place, "list") and [row[:4] for row in shown[1:]] == [
        [today, "all", "6", "$0.24"], [today[:7], "all", "6", "$0.24"], ["all", "imarouter", "2", "$0.08"],
        ["all", "modelark", "3", "$0.12"], ["all", "openrouter", "1", "$0.04"], ["all", "all", "6", "$0.24"]]


def test_what_no_service_has_told_is_an_estimate(place: Place) -> None:
    """OpenRouter tells what a picture cost, ModelArk does not."""
    sandbox = small(place)
    for provider in (OPENROUTER, MODELARK):
        generate(place, provider.at(sandbox)).expect(0)
    estimated = {total["provider"]: numbers(total)[2] for total in summary(place)["providers"]}
    assert estimated == {"openrouter": 0, "modelark": 0.04}, estimated
    shown = {job["provider"]: jobs(place, "show", job["id"]).expect(0).stdout for job in
             jobs(place, "--json").expect(0).json()}
    assert "\ncost\t$0.04 (estimated)\n" in shown["modelark"] and "\ncost\t$0.04\n" in shown["openrouter"], shown


def test_what_nobody_knows_of_is_uncertain(place: Place) -> None:
    generate(place, real(stubborn(place, "lost-answer"))).expect(6)
    assert numbers(summary(place)["total"])[1:] == (0, 0, 0.04)
    assert cells(place)[-1] == ["all", "all", "0", "$0.00", "$0.00", "$0.04"]


def test_a_job_under_way_is_uncertain_until_it_has_come(place: Place) -> None:
    sandbox = small(place, "--job-ms", "2500")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *real(sandbox))
    wait_for(sandbox.polls)
    assert numbers(summary(place)["total"]) == (0, 0, 0, 0.04)
    end_of(process, time.monotonic()).expect(0)
    assert numbers(summary(place)["total"])[:2] == (1, 0.04) and numbers(summary(place)["total"])[3] == 0


def test_what_was_recovered_is_paid_for_once(place: Place) -> None:
    sandbox = small(place, "--job-ms", "1500")
    kill(place, IMAROUTER.at(sandbox), sandbox.polls)
    assert numbers(summary(place)["total"])[3] == 0.04
    jobs(place, "recover").expect(0)
    jobs(place, "fetch", the_job(place), "-o", "y.png").expect(0)
    total = numbers(summary(place)["total"])
    assert total[:2] == (1, 0.04) and total[3] == 0, total


@tap.each({"a refusal": "refused", "a refused key": "bad-key"})
def test_it_counts_nothing_after(place: Place, fault: str) -> None:
    generate(place, real(stubborn(place, fault)))
    assert numbers(summary(place)["total"]) == (0, 0, 0, 0)


def test_what_a_forgotten_job_has_cost_counts(place: Place) -> None:
    generate(place, real(small(place))).expect(0)
    before = summary(place)
    jobs(place, "forget", the_job(place)).expect(0)
    assert summary(place) == before and numbers(before["total"])[:2] == (1, 0.04)


def test_the_last_31_days_are_told_and_all_months(place: Place) -> None:
    generate(place, real(small(place))).expect(0)
    day = 24 * 3600 * 1_000_000
    with place.record() as record:
        columns = ", ".join(row[1] for row in record.execute("PRAGMA table_info (charge)")
                            if row[1] not in ("job", "moment"))
        for number in range(1, 100):
            record.execute(f"INSERT INTO charge (job, moment, {columns}) SELECT 'old-{number}', moment - {number * day}, "
                           f"{columns} FROM charge WHERE job NOT LIKE 'old-%'")
    told = summary(place)
    assert len(told["days"]) == 31 and 4 <= len(told["months"]) <= 5 and told["total"]["pictures"] == 100, told
    assert told["days"][0]["period"] > told["days"][30]["period"], told


@tap.each({"recover": ["jobs", "recover"], "show": ["jobs", "show", "abcd"],
           "a drawing": ["generate", "-p", "a hill", "-o", "x.png"]})
def test_a_summary_is_exit_2_with(place: Place, words: list[str]) -> None:
    assert "--summary" in place.seedream(*words, "--summary").expect(2).stderr


# The budget

@tap.each({name: each for name, each in PROVIDERS.items() if each.price})
def test_what_the_budget_does_not_allow_for_is_not_sent(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    budget(place, "0.10")
    ended = generate(place, provider.at(sandbox), "-n", "3", "--json")
    error = failure(ended, 4, "pay")
    assert error["charged"] is False and "budget is $0.10" in error["message"], error
    assert ended.json()["state"] == "failed" and ended.json()["cost_usd"] == 0, ended
    assert sandbox.log() == [] and numbers(summary(place)["total"]) == (0, 0, 0, 0)
    generate(place, provider.at(sandbox), "-n", "2").expect(0)
    assert len(sandbox.creates()) in (1, 2)


def test_what_costs_nothing_needs_no_budget(place: Place) -> None:
    budget(place, "0")
    generate(place, quick(small(place))).expect(0)


def test_from_four_fifths_of_the_budget_on_each_job_says_so(place: Place) -> None:
    sandbox = small(place)
    budget(place, "0.20")
    for used in ("", "", "", "$0.16", "$0.20"):
        ended = generate(place, real(sandbox), "--json").expect(0)
        assert ended.json()["notes"] == ([f"{used} of this month's budget of $0.20 are used."] if used else []), ended
    assert failure(generate(place, real(sandbox), "--json"), 4, "pay")["charged"] is False
    assert len(sandbox.creates()) == 5
    budget(place, "0.29")
    note, = generate(place, real(sandbox)).expect(0).stderr.splitlines()
    assert note == "seedream: note: $0.24 of this month's budget of $0.29 are used."
    told = summary(place)
    assert told["budget_usd"] == 0.29 and round(told["month_usd"], 4) == 0.24, told
    assert cells(place)[-1] == ["budget", "this month", "$0.24 of $0.29"]


def test_what_is_on_its_way_counts(place: Place) -> None:
    """Two commands cannot share what is left."""
    sandbox = small(place, "--job-ms", "600")
    budget(place, "0.05")
    processes = [place.start("generate", "-p", "a hill", "-o", f"{i}.png", *real(sandbox)) for i in range(4)]
    ended = [end_of(process, time.monotonic()).status for process in processes]
    assert sorted(ended) == [0, 4, 4, 4] and len(sandbox.creates()) == 1, ended


def test_a_budget_of_last_month_is_over(place: Place) -> None:
    sandbox = small(place)
    budget(place, "0.05")
    generate(place, real(sandbox)).expect(0)
    with place.record() as record:
        record.execute("UPDATE charge SET moment = moment - ?", (32 * 24 * 3600 * 1_000_000,))
    generate(place, real(sandbox)).expect(0)


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
