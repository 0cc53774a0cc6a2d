"""tests/gi/test_gi.py - the library as a Python program meets it, through GObject introspection alone."""
from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "cli")]
import tap  # noqa: E402
from programs import KEY, PATIENCE, PHOTOS, SMALL, Place, Sandbox, make_places, png_size  # noqa: E402

import gi  # noqa: E402
gi.require_version("Gegl", "0.4")
gi.require_version("Seedream", "1")
from gi.repository import Gegl, Gio, GLib, Seedream  # noqa: E402


def answer_of(begin: Callable, *arguments: Any,
              cancellable: Gio.Cancellable | None = None) -> Gio.AsyncResult:
    """Calls an asynchronous method and runs the main loop until it has answered."""
    loop, answers = GLib.MainLoop(), []

    def on_answer(_source: Any, result: Gio.AsyncResult) -> None:
        answers.append(result)
        loop.quit()
    begin(*arguments, cancellable, on_answer)
    late = GLib.timeout_add_seconds(PATIENCE, loop.quit)
    loop.run()
    assert answers, f"no answer in {PATIENCE} s"
    GLib.source_remove(late)
    return answers[0]


def run(job: Seedream.Job, cancellable: Gio.Cancellable | None = None) -> Seedream.Job:
    assert job.run_finish(answer_of(job.run_async, cancellable=cancellable))
    return job


def error_of(call: Callable, *arguments: Any) -> GLib.Error:
    """The error with which a call fails."""
    try:
        call(*arguments)
    except GLib.Error as error:
        return error
    raise AssertionError("it did not fail")


def is_error(error: GLib.Error, code: Seedream.Error) -> bool:
    return error.matches(Seedream.error_quark(), code)


def client_of(sandbox: Sandbox, provider: str = "sandbox") -> Seedream.Client:
    client = Seedream.Client.new(provider)
    client.set_base_url(sandbox.url)
    client.set_api_key(KEY)
    return client


def hurried(place: Place, *options: str) -> Sandbox:
    """A sandbox that paints nothing."""
    place.file("small.png", SMALL)
    return place.sandbox("--picture", str(place.folder / "small.png"), *options)


def photo(name: str) -> Seedream.Image:
    return Seedream.Image.new_from_bytes(GLib.Bytes.new((PHOTOS / name).read_bytes()))


def pixels(image: Seedream.Image) -> Gegl.Buffer:
    return image.load_finish(answer_of(image.load_async))


def new_request(operation: Seedream.Operation, *images: Seedream.Image) -> Seedream.Request:
    request = Seedream.Request.new(operation, "hills at dusk")
    for image in images:
        request.add_image(image)
    return request


def job_of(client: Seedream.Client, operation: Seedream.Operation = Seedream.Operation.GENERATE,
           *images: Seedream.Image) -> Seedream.Job:
    return client.create_job(new_request(operation, *images))


# Drawing

def test_a_picture_is_generated(place: Place) -> None:
    job = run(job_of(client_of(place.sandbox())))
    image = job.get_image(0)
    data = image.get_bytes().get_data()
    assert job.get_n_images() == 1 and job.get_error() is None and job.get_missing() is None
    assert png_size(data) == (image.get_width(), image.get_height()) == (2048, 2048)
    assert (image.get_media_type(), image.get_suffix(), image.get_damaged()) == ("image/png", "png", False)


def test_encoded_bytes_are_edited(place: Place) -> None:
    sandbox = place.sandbox("--picture", "echo")
    job = run(job_of(client_of(sandbox), Seedream.Operation.EDIT, photo("chelsea.png")))
    assert job.get_operation() == Seedream.Operation.EDIT
    assert (job.get_image(0).get_width(), job.get_image(0).get_height()) == (451, 300)


def test_pixels_are_composed(place: Place) -> None:
    buffers = [pixels(photo(name)) for name in ("astronaut.png", "rocket.jpg")]
    images = [Seedream.Image.new_from_buffer(buffer) for buffer in buffers]
    assert images[0].get_bytes() is None and images[0].get_width() == buffers[0].get_extent().width
    job = run(job_of(client_of(place.sandbox("--picture", "echo")), Seedream.Operation.COMPOSE, *images))
    assert (job.get_image(0).get_width(), job.get_image(0).get_height()) == (512, 512)


def test_several_pictures_are_asked_for_and_come(place: Place) -> None:
    request = new_request(Seedream.Operation.GENERATE)
    request.set_count(3)
    job = run(client_of(hurried(place)).create_job(request))
    assert job.get_n_images() == job.get_property("n-images") == 3
    assert [job.get_image(i).get_width() for i in range(3)] == [4, 4, 4]


def test_the_properties_tell_how_it_goes(place: Place) -> None:
    job = job_of(client_of(hurried(place)))
    states, stages = [job.get_property("state")], []
    job.connect("notify::state", lambda job, _: states.append(job.get_property("state")))
    job.connect("notify::stage", lambda job, _: stages.append(job.get_property("stage")))
    run(job)
    assert states[0] == Seedream.JobState.NEW and states[-1] == Seedream.JobState.COMPLETED, states
    # How often it is seen drawing is a matter of milliseconds.
    assert stages[0] == Seedream.Stage.UPLOADING and stages[-1] == Seedream.Stage.DECODING, stages
    assert [int(stage) for stage in stages] == sorted(int(stage) for stage in stages) and len(stages) > 2, stages


# Telling

def test_a_wish_that_is_not_met_is_noted(place: Place) -> None:
    request = new_request(Seedream.Operation.GENERATE)
    request.set_stream(Seedream.Streaming.ON)
    job = run(client_of(hurried(place)).create_job(request))
    assert len(job.get_notes()) == 1 and "stream" in job.get_notes()[0], job.get_notes()
    assert run(job_of(client_of(hurried(place)))).get_notes() == []


def test_the_charge_and_the_cost_are_told(place: Place) -> None:
    job = job_of(client_of(hurried(place), "imarouter"))
    assert (job.get_charged(), job.get_cost()) == (Seedream.Charge.NO, 0)
    run(job)
    model = job.get_provider().lookup_model(None)
    assert job.get_charged() == Seedream.Charge.YES
    assert job.get_cost() == model.get_price() == model.estimate(1, 0, 0, 0) > 0


def test_the_balance_is_asked_for(place: Place) -> None:
    client = client_of(hurried(place), "imarouter-v1")
    assert client.get_provider().get_tells_balance()
    told, balance = client.query_balance_finish(answer_of(client.query_balance_async))
    assert told and balance > 0


def test_an_unknown_service_is_an_error_of_our_domain(_place: Place) -> None:
    error = error_of(Seedream.Client.new, "nobody")
    assert is_error(error, Seedream.Error.INVALID) and error.domain == "seedream-error-quark"
    assert "nobody" in error.message


def test_a_missing_key_is_told_before_anything_is_sent(place: Place) -> None:
    client = client_of(hurried(place), "imarouter")
    client.set_api_key(None)
    assert is_error(error_of(job_of, client), Seedream.Error.SIGN_IN)


@tap.each({"bad-key": ("bad-key", Seedream.Error.SIGN_IN), "no-credit": ("no-credit", Seedream.Error.PAY),
           "refused": ("refused", Seedream.Error.REFUSED), "html": ("html", Seedream.Error.BAD_ANSWER)})
def test_an_error_says_what_to_do(place: Place, case: tuple[str, Seedream.Error]) -> None:
    fault, code = case
    job = job_of(client_of(hurried(place, "--fault", fault)))
    error = error_of(run, job)
    assert is_error(error, code) and is_error(job.get_error(), code), error
    assert (job.get_state(), job.get_n_images()) == (Seedream.JobState.FAILED, 0)
    assert job.get_charged() == (Seedream.Charge.UNKNOWN if fault == "html" else Seedream.Charge.NO)


def test_a_cancelled_job_fails_with_gios_own_error(place: Place) -> None:
    job, cancellable = job_of(client_of(hurried(place, "--fault", "job-sticks"))), Gio.Cancellable()

    def on_state(job: Seedream.Job, _: Any) -> None:
        if job.get_state() == Seedream.JobState.RUNNING:
            cancellable.cancel()
    job.connect("notify::state", on_state)
    error = error_of(run, job, cancellable)
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)
    assert job.get_state() == Seedream.JobState.CANCELLED


# Services and models

def test_services_and_their_models_are_listed(_place: Place) -> None:
    providers = {provider.get_id(): provider for provider in Seedream.Provider.list()}
    assert {"imarouter", "openrouter", "modelark", "sandbox"} <= providers.keys()
    assert Seedream.Provider.lookup("nobody") is None
    assert providers["imarouter"].get_key_variable() == "IMAROUTER_API_KEY"
    assert len(providers["modelark"].get_regions()) > 1
    for provider in providers.values():
        models = provider.list_models()
        assert "seedream-4.5" in [model.get_id() for model in models]
        assert provider.lookup_model(None) is models[0]
    assert Seedream.Model.get_problems() == []


def test_a_key_is_looked_up_and_stored(_place: Place) -> None:
    # There is no keyring here: test-keyring.c has one.
    sandbox, modelark = Seedream.Provider.lookup("sandbox"), Seedream.Provider.lookup("modelark")
    found = sandbox.lookup_key_finish(answer_of(sandbox.lookup_key_async))
    assert tuple(found) == (None, Seedream.KeySource.NOT_NEEDED), found
    error = error_of(modelark.lookup_key_finish, answer_of(modelark.lookup_key_async))
    assert is_error(error, Seedream.Error.UNAVAILABLE) and "ARK_API_KEY" in error.message, error
    for key in (KEY, None):
        error = error_of(modelark.store_key_finish, answer_of(modelark.store_key_async, key))
        assert is_error(error, Seedream.Error.UNAVAILABLE) and KEY not in error.message, error


def test_a_model_plans_a_frame(_place: Place) -> None:
    model = Seedream.Provider.lookup("modelark").lookup_model("seedream-4.5")
    assert {"2K", "4K"} <= set(model.get_sizes())
    size, width, height = model.plan_frame(None, 1000, 10)
    assert width >= 1000 and height > 10 and "x" in size, (size, width, height)


def test_a_model_prepares_an_image(_place: Place) -> None:
    model = Seedream.Provider.lookup("openrouter").lookup_model(None)
    image = photo("chelsea.png")
    prepared = model.prepare_image_finish(answer_of(model.prepare_image_async, image))
    assert (prepared.get_width(), prepared.get_media_type()) == (451, "image/png")
    assert prepared.get_bytes().get_data() == image.get_bytes().get_data()


# History

def test_a_history_remembers_a_job_until_it_is_told_to_forget(place: Place) -> None:
    history = Seedream.History.open_finish(answer_of(Seedream.History.open_async, str(place.folder / "jobs")))
    provider = Seedream.Provider.lookup("sandbox")
    assert history.estimate_duration_finish(answer_of(history.estimate_duration_async, provider, None)) == -1
    client = client_of(hurried(place))
    client.set_history(history)
    job = run(job_of(client))
    data = job.get_image(0).get_bytes().get_data()

    kept, = history.list_finish(answer_of(history.list_async))
    assert (kept.get_id(), kept.get_prompt()) == (job.get_id(), "hills at dusk")
    assert kept.get_state() == Seedream.JobState.COMPLETED
    assert history.list_prompts_finish(answer_of(history.list_prompts_async, Seedream.Operation.GENERATE, 5)) == [
        "hills at dusk"]
    assert history.estimate_duration_finish(answer_of(history.estimate_duration_async, provider, "seedream-4.5")) > 0
    found = history.lookup_finish(answer_of(history.lookup_async, job.get_id()[:8]))
    image = found.get_image(0)
    assert Path(image.get_path()).read_bytes() == image.get_bytes().get_data() == data

    assert history.forget_finish(answer_of(history.forget_async, job.get_id()))
    assert history.list_finish(answer_of(history.list_async)) == []
    assert is_error(error_of(history.lookup_finish, answer_of(history.lookup_async, job.get_id())),
                    Seedream.Error.INVALID)


if __name__ == "__main__":
    Gegl.init(None)
    sys.exit(tap.main(globals(), make_places()))
