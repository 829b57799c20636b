# Runs the tasks of one peer: server.py by_opencv|by_scipy|by_torch [--cold]. A line of standard input is
# {"task", "result"} as JSON, the answer is a line with the milliseconds of the call alone; where "result" is a
# path, the maps are written there. A repeated task is neither loaded nor prepared again. With --cold
# the clock starts before the peer is imported, and one line is read.

import importlib
import json
import sys
import time


def read(array):
    """The bytes of a raw array, writable, since some libraries want that of their input."""
    with open(array["path"], "rb") as file:
        return bytearray(file.read())


def prepared(peer, task, image, weights):
    module = importlib.import_module(peer)
    import numpy

    def as_array(array, data):
        return numpy.frombuffer(data, dtype=array["type"]).reshape(array["shape"])

    return module.prepare(task, as_array(task["image"], image), as_array(task["weights"], weights))


def milliseconds_since(start):
    return (time.perf_counter() - start) * 1000


def answer(**fields):
    print(json.dumps(fields), flush=True)


def cold(peer):
    task = json.loads(sys.stdin.readline())["task"]
    image, weights = read(task["image"]), read(task["weights"])
    start = time.perf_counter()
    prepared(peer, task, image, weights)()
    answer(milliseconds=milliseconds_since(start))


def serve(peer):
    last_task = run = None
    for line in sys.stdin:
        request = json.loads(line)
        if "versions" in request:
            answer(versions=importlib.import_module(peer).versions())
            continue
        task = request["task"]
        if task != last_task:
            # Frees the last task's arrays before the next one's are loaded.
            run = None
            run = prepared(peer, task, read(task["image"]), read(task["weights"]))
            last_task = task
        start = time.perf_counter()
        maps = run()
        milliseconds = milliseconds_since(start)
        if request["result"] is None:
            answer(milliseconds=milliseconds)
            continue
        with open(request["result"], "wb") as file:
            for each in maps:
                file.write(each.tobytes())
        answer(milliseconds=milliseconds, type=str(maps[0].dtype))


(cold if "--cold" in sys.argv else serve)(sys.argv[1])
