"""The broker in a folder: nothing is lost, nothing is taken twice, nothing is met half-written."""

from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kombu import Connection

from config.embedded_broker import transport_options

MESSAGES = st.lists(st.dictionaries(st.text(), st.none() | st.integers() | st.text(), max_size=3), max_size=8)


def open_channel(folder):
    """A connection's channel, as a process of its own would open it."""
    connection = Connection(
        "filesystem://localhost//",
        transport="config.embedded_broker:Transport",
        transport_options=transport_options(folder),
    )
    return connection.channel()


def take_all(channel, queue="celery"):
    """Every waiting message of the queue."""
    found = []
    while True:
        try:
            found.append(channel._get(queue))
        except Empty:
            return found


@settings(max_examples=30, deadline=None)
@given(messages=MESSAGES)
def test_messages_come_out_as_they_went_in_and_in_their_order(tmp_path_factory, messages):
    folder = tmp_path_factory.mktemp("broker")
    sender, taker = open_channel(folder), open_channel(folder)
    for message in messages:
        sender._put("celery", message)
    assert taker._size("celery") == len(messages)
    assert take_all(taker) == messages
    assert list(folder.rglob("*.*")) == []


def test_a_queue_yields_its_own_messages_only(tmp_path):
    channel = open_channel(tmp_path)
    channel._put("celery", {"number": 1})
    channel._put("celery.other", {"number": 2})
    assert take_all(channel) == [{"number": 1}]
    assert take_all(channel, "celery.other") == [{"number": 2}]


def test_a_message_that_is_being_written_is_not_there_yet(tmp_path):
    channel = open_channel(tmp_path)
    (channel.aside / "1_x.celery.msg.part").write_text('{"half', encoding="utf-8")
    with pytest.raises(Empty):
        channel._get("celery")


def test_many_senders_and_takers_at_once_share_every_message_out_once(tmp_path):
    senders, takers, each = 4, 4, 50

    def send(number):
        channel = open_channel(tmp_path)
        for message in range(each):
            channel._put("celery", {"id": number * each + message})
        return []

    def take(_):
        channel, found = open_channel(tmp_path), []
        for _ in range(400):
            found += take_all(channel)
        return found

    with ThreadPoolExecutor(senders + takers) as pool:
        sent = [pool.submit(send, number) for number in range(senders)]
        taken = [pool.submit(take, number) for number in range(takers)]
        results = [future.result() for future in sent + taken]
    found = [message["id"] for result in results for message in result]
    found += [message["id"] for message in take_all(open_channel(tmp_path))]
    assert sorted(found) == list(range(senders * each))


def test_what_is_published_to_an_exchange_reaches_the_queue_of_its_name(tmp_path):
    connection = open_channel(tmp_path).connection.client
    with connection.SimpleQueue("celery") as queue:
        queue.put({"id": 1})
        message = queue.get(timeout=2)
        assert message.payload == {"id": 1}
        message.ack()


def test_a_message_that_was_taken_but_not_finished_goes_back(tmp_path):
    channel = open_channel(tmp_path)
    with channel.connection.client.SimpleQueue("celery") as queue:
        queue.put({"id": 1})
        taken = queue.get(timeout=2)
        taken.requeue()
    assert channel._size("celery") == 1
