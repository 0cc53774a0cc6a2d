"""What goes wrong leaves the document alone."""

from gimp_support import *  # noqa: F403


def assert_refused(words: str, **arguments):
    with Opened(load("coffee.png")) as image:
        before = fingerprint(image)
        result = edit(image, **arguments)
        assert not result.ok
        assert words in result.message, result.message
        assert "charged" in result.message or "Nothing was sent" in result.message, result.message
        assert fingerprint(image) == before


def test_an_empty_prompt_leaves_the_document_alone():
    with sandbox():
        assert_refused("prompt is empty", prompt="  ")


def test_a_refused_key_leaves_the_document_alone():
    with sandbox("--api-key", "another"):
        assert_refused("does not accept the key", provider="imarouter")


def test_an_empty_balance_leaves_the_document_alone():
    with sandbox("--fault", "no-credit"):
        assert_refused("balance", provider="imarouter")


def test_no_network_leaves_the_document_alone():
    assert_refused("Cannot reach 127.0.0.1", provider="imarouter")


def test_a_job_that_fails_leaves_the_document_alone():
    with sandbox("--fault", "job-fails"):
        assert_refused("told to fail")


def test_a_job_that_never_ends_meets_its_deadline():
    with sandbox("--fault", "job-sticks"):
        assert_refused("may have been charged")


def test_an_answer_that_is_no_picture_leaves_the_document_alone():
    with sandbox("--fault", "not-a-picture"):
        assert_refused("no picture that can be read")


def test_a_picture_cut_in_half_leaves_the_document_alone():
    with sandbox("--fault", "cut-picture"):
        assert_refused("It was charged")


def test_a_connection_that_is_reset_leaves_the_document_alone():
    for where in ("reset-at=0", "cut-at=150", "stall-at=150"):
        with sandbox("--fault", where):
            assert_refused("may have been charged")


def test_pictures_that_mean_harm_leave_the_document_alone():
    for fault in ("vast-picture", "bad-checksum", "gif-picture"):
        with sandbox("--fault", fault):
            assert_refused("It was charged")


def test_a_bomb_leaves_the_document_alone():
    with sandbox("--fault", "gzip-bomb"):
        assert_refused("may have been charged")


def test_a_lost_answer_says_that_nobody_knows():
    with sandbox("--fault", "lost-answer"):
        assert_refused("may have been charged")


def test_an_unknown_provider_is_refused():
    with Opened(load("coffee.png")) as image:
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-edit")
        config = procedure.create_config()
        config.set_property("provider", "nobody")
        # GIMP itself puts back what is no choice; nothing goes to a service that was not named.
        assert config.get_property("provider") == "default"
        assert len(image.get_layers()) == 1


def test_no_layer_selected_is_refused():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = edit(image, drawables=[])
        assert not result.ok and "No layer is selected" in result.message, result.message


def test_a_channel_is_refused():
    with sandbox(), Opened(load("coffee.png")) as image:
        channel = Gimp.Channel.new(image, "mask", 600, 400, 50, Gegl.Color.new("red"))
        image.insert_channel(channel, None, 0)
        result = edit(image, drawables=[channel])
        assert not result.ok and "Only layers" in result.message, result.message
