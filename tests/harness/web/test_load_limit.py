from harness.web.load_limit import LOADS, MOST_VISITORS, WINDOW, LoadLimit


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_visitor_is_shown_so_many_captchas_in_a_minute():
    clock = Clock()
    limit = LoadLimit(clock=clock)
    assert all(limit.take("somebody", f"{number}") for number in range(LOADS))
    assert not limit.take("somebody", "another address")
    assert limit.take("another", "127.0.0.2")
    clock.now += WINDOW
    assert limit.take("somebody", "another address")


def test_who_drops_the_cookie_is_known_by_the_address():
    limit = LoadLimit(most=3)
    assert [limit.take("", "127.0.0.1") for _ in range(5)] == [True] * 3 + [False] * 2


def test_visitors_of_long_ago_are_forgotten():
    limit = LoadLimit(most=1)
    assert limit.take("first", "")
    for number in range(MOST_VISITORS):
        limit.take(f"{number}", "")
    assert limit.take("first", "")
