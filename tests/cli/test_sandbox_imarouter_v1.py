"""tests/cli/test_sandbox_imarouter_v1.py - the sandbox as a client of ImaRouter's other contract meets it."""
from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from programs import KEY, PNG_SIGNATURE, SMALL, Place, http_answer, make_places, png_size, read_png
from services import (CHELSEA, COFFEE, ROCKET, V1, get, photo, plain, post, serving, small, v1_body,
                      v1_create, v1_finished, v1_job, v1_pictures)

BALANCE = "/api/usage/token/user-balance"
JOBS = "job_00000000-0000-0000-0000-000000000000"


def test_a_create_is_answered_with_a_task_id(place: Place) -> None:
    answer = post(small(place), V1, v1_body())
    created = answer.json()
    assert answer.status == 200 and created["task_id"] and created["status"] == "queued", created


@tap.each({name: name for name in ("doubao-seedream-4.5", "seedream-4.5")})
def test_a_model_is_known(place: Place, name: str) -> None:
    assert post(small(place), V1, v1_body(model=name)).status == 200


@tap.each({name: name for name in ("gpt-image-2", "seedream-4-5-251128", "SEEDREAM-4.5", "", None, 4.5)})
def test_a_model_is_not_known(place: Place, name: Any) -> None:
    answer = post(small(place), V1, v1_body(model=name))
    assert answer.status == (400 if name in ("", None) else 404) and answer.error(), answer


def test_a_finished_task_has_the_members_of_the_documents(place: Place) -> None:
    sandbox = small(place)
    task = v1_create(sandbox, output_format="jpeg")
    job = v1_finished(sandbox, task)
    assert job == {"task_id": task, "status": "succeeded", "format": "jpeg", "progress": 100,
                   "url": job["url"], "amount_usd": 0.04}
    assert sandbox.fetch(job["url"]) == SMALL


@tap.each({str(count): count for count in (1, 2, 10)})
def test_the_count_is_honoured(place: Place, count: int) -> None:
    sandbox = small(place)
    job = v1_finished(sandbox, v1_create(sandbox, n=count))
    urls = [image["url"] for image in job.get("images", [job])]
    assert len(set(urls)) == count and urls[0] == job["url"], job
    assert ("images" in job) == (count > 1)
    assert abs(job["amount_usd"] - 0.04 * count) < 1e-9
    assert [sandbox.fetch(url) for url in urls] == [SMALL] * count


def test_a_task_is_queued_for_a_third_of_its_time_then_processing_then_succeeded(place: Place) -> None:
    sandbox = small(place, "--job-ms", "900")
    before = time.monotonic()
    task = v1_create(sandbox)
    after = time.monotonic()
    seen: dict[str, tuple[float, float, dict]] = {}  # the first and the last moment of a state
    while "succeeded" not in seen:
        asked = time.monotonic()
        job = v1_job(sandbox, task)
        first = seen[job["status"]][0] if job["status"] in seen else time.monotonic()
        seen[job["status"]] = (first, asked, job)
        time.sleep(0.01)
    assert list(seen) == ["queued", "processing", "succeeded"]
    assert seen["queued"][1] <= after + 0.302 and seen["processing"][0] >= before + 0.298
    assert seen["succeeded"][0] >= before + 0.9
    progress = [job["progress"] for _, _, job in seen.values()]
    assert progress == sorted(set(progress)) and progress[-1] == 100, progress
    assert "url" not in seen["queued"][2] and "url" not in seen["processing"][2]


def test_an_unknown_task_is_404(place: Place) -> None:
    for path in (f"{V1}/{JOBS}", f"{V1}/", f"{V1}/a/b"):
        assert get(small(place), path).status == 404


def test_a_task_of_the_other_contract_is_unknown(place: Place) -> None:
    sandbox = small(place)
    assert get(sandbox, f"{V1}/{sandbox.create()}").status == 404
    assert get(sandbox, f"/v1/jobs/{v1_create(sandbox)}").status == 404


def test_a_call_without_the_key_is_401(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    for key in (None, "", "other"):
        for answer in (post(sandbox, V1, v1_body(), key), get(sandbox, f"{V1}/{JOBS}", key),
                       get(sandbox, BALANCE, key)):
            assert answer.status == 401 and answer.error(), (key, answer)
    assert post(sandbox, V1, v1_body(), KEY).status == 200


def test_the_other_method_is_405(place: Place) -> None:
    sandbox = small(place)
    for answer in (get(sandbox, V1), post(sandbox, f"{V1}/{JOBS}", {}), post(sandbox, BALANCE, {})):
        assert answer.status == 405, answer


def test_it_tells_the_balance(place: Place) -> None:
    answer = get(small(place), BALANCE).json()
    assert answer["success"] is True and answer["message"] == "", answer
    data = answer["data"]
    assert data["object"] == "user_balance" and isinstance(data["user_id"], int) and data["username"], data
    assert data["balance_usd"] > 0 and data["used_amount_usd"] >= 0, data


# What is drawn

SIZES = {
    "nothing asked": ({}, (2048, 2048)),
    "2K": ({"size": "2K"}, (2048, 2048)),
    "4K": ({"size": "4K"}, (4096, 4096)),
    "1K and 16:9": ({"size": "1K", "aspect_ratio": "16:9"}, (1424, 800)),
    "2K and 16:9": ({"size": "2K", "aspect_ratio": "16:9"}, (2848, 1600)),
    "2K and 9:16": ({"size": "2K", "aspect_ratio": "9:16"}, (1600, 2848)),
    "2K and 4:3": ({"size": "2K", "aspect_ratio": "4:3"}, (2304, 1728)),
    "2K and 3:4": ({"size": "2K", "aspect_ratio": "3:4"}, (1728, 2304)),
    "2K and 3:2": ({"size": "2K", "aspect_ratio": "3:2"}, (2496, 1664)),
    "2K and 2:3": ({"size": "2K", "aspect_ratio": "2:3"}, (1664, 2496)),
    "2K and 21:9": ({"size": "2K", "aspect_ratio": "21:9"}, (3136, 1344)),
    "3K and 3:2": ({"size": "3K", "aspect_ratio": "3:2"}, (3744, 2496)),
    "a ratio alone": ({"aspect_ratio": "4:3"}, (2304, 1728)),
    "pixels": ({"size": "2560x1440"}, (2560, 1440)),
}


@tap.each(SIZES)
def test_a_size_has_exactly_its_pixels(place: Place, case: tuple[dict, tuple[int, int]]) -> None:
    assert png_size(v1_pictures(place.sandbox(), **case[0])[0]) == case[1]


@tap.each({"png": ("png", PNG_SIGNATURE, 0), "jpeg": ("jpeg", b"\xff\xd8\xff", 0),
           "webp": ("webp", b"WEBP", 8)})
def test_the_picture_has_the_format_that_was_asked_for(place: Place, case: tuple[str, bytes, int]) -> None:
    name, magic, at = case
    picture = v1_pictures(place.sandbox(), output_format=name)[0]
    assert picture[at:at + len(magic)] == magic, picture[:16]


def test_equal_requests_give_equal_pictures_and_several_of_one_differ(place: Place) -> None:
    body = {"n": 2, "output_format": "jpeg", "watermark": False}
    first, again = (v1_pictures(place.sandbox(), **body) for _ in range(2))
    assert first == again and first[0] != first[1]
    assert v1_pictures(place.sandbox(), **{**body, "prompt": "a dale"})[0] != first[0]
    assert v1_pictures(place.sandbox(), **{**body, "watermark": True})[0] != first[0]


def test_an_echo_is_the_first_input_without_loss(place: Place) -> None:
    sandbox = serving("echo", place)
    assert v1_pictures(sandbox, image=photo(CHELSEA), output_format="jpeg")[0] == CHELSEA.read_bytes()
    back = v1_pictures(sandbox, images=[photo(ROCKET), photo(COFFEE)])[0]
    assert png_size(back) == (640, 427) and read_png(back)


def test_an_input_is_fetched_from_this_machine_and_from_nowhere_else(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, CHELSEA.read_bytes()))
    sandbox = serving("echo", place)
    assert v1_pictures(sandbox, images=[server.url + "/cat.png"])[0] == CHELSEA.read_bytes()
    job = v1_finished(sandbox, v1_create(sandbox, image="https://example.org/cat.png"))
    assert job["status"] == "failed" and "could not download" in job["error"]["message"], job


# What is wrong with a request

ONE = plain(9, 9, 9)
WRONG = {
    "no prompt": {"prompt": None},
    "an empty prompt": {"prompt": ""},
    "a prompt that is a number": {"prompt": 5},
    "image and images": {"image": ONE, "images": [ONE]},
    "an image that is a list": {"image": [ONE]},
    "images that are a text": {"images": ONE},
    "no images": {"images": []},
    "fifteen images": {"images": [ONE] * 15},
    "an image that is a number": {"images": [ONE, 5]},
    "an unknown size": {"size": "huge"},
    "a size that is a number": {"size": 2048},
    "too few pixels": {"size": "1500x1500"},
    "too many pixels": {"size": "4097x4097"},
    "too long a picture": {"size": "8208x512"},
    "an unknown ratio": {"aspect_ratio": "wide"},
    "too long a ratio": {"aspect_ratio": "17:1"},
    "half a ratio": {"aspect_ratio": "16:"},
    "pixels and a ratio": {"size": "2048x2048", "aspect_ratio": "1:1"},
    "no pictures": {"n": 0},
    "eleven pictures": {"n": 11},
    "half a picture": {"n": 0.5},
    "a count that is a text": {"n": "2"},
    "an unknown quality": {"quality": "ultra"},
    "an unknown format": {"output_format": "gif"},
    "a watermark that is a text": {"watermark": "no"},
}


@tap.each(WRONG)
def test_it_is_400_with_a_reason_for(place: Place, body: dict) -> None:
    answer = post(small(place), V1, v1_body(**body))
    assert answer.status == 400 and answer.error(), answer


@tap.each({"no JSON": b"prompt=x", "half of JSON": b'{"prompt": "x"', "a list": b'["x"]', "nothing": b""})
def test_it_is_400_for_a_body_of(place: Place, body: bytes) -> None:
    answer = post(small(place), V1, body)
    assert answer.status == 400 and answer.error(), answer


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
