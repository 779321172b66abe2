import threading

from pauta.runtime.pool import Pool


def test_calls_run_at_the_same_time_up_to_the_limit():
    pool, together = Pool("p", 3), threading.Barrier(3, timeout=5)
    passed = threading.Semaphore(0)

    def call() -> None:
        together.wait()
        passed.release()

    for _ in range(3):
        pool.run(call)
    assert all(passed.acquire(timeout=5) for _ in range(3))
    pool.close()


def test_an_idle_thread_does_not_hide_that_another_one_is_needed():
    pool, ready = Pool("p", 2), threading.Event()
    pool.run(ready.set)
    assert ready.wait(5)
    together = threading.Barrier(2, timeout=5)
    passed = threading.Semaphore(0)

    def call() -> None:
        together.wait()
        passed.release()

    pool.run(call)
    pool.run(call)
    assert all(passed.acquire(timeout=5) for _ in range(2))
    pool.close()


def test_more_calls_than_threads_wait_for_their_turn_in_order():
    pool, order, done = Pool("p", 1), list[int](), threading.Event()
    for number in range(5):
        pool.run(lambda number=number: order.append(number))
    pool.run(done.set)
    assert done.wait(5)
    assert order == [0, 1, 2, 3, 4]
    pool.close()


def test_a_closed_pool_starts_nothing():
    pool, entered, leave = Pool("p", 1), threading.Event(), threading.Event()

    def block() -> None:
        entered.set()
        leave.wait(5)

    pool.run(block)
    assert entered.wait(5)
    ran: list[int] = []
    pool.run(lambda: ran.append(1))
    pool.close()
    leave.set()
    for thread in [each for each in threading.enumerate() if each.name.startswith("p-")]:
        thread.join(5)
    assert ran == []
