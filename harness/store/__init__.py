"""The case file: one SQLite file that holds everything a measurement saw. The only door to sqlite-utils and sqlite3.

Writing (run.py):

    with CaseFile.open(path, create=True) as case:
        case.audit("run", {"flow": "study.yaml"})
        device, app = case.add_device(device_facts), case.add_app(app_facts)
        writer = case.start_run(RunStart(flow="study.yaml", ..., device=device, app=app), device_facts)
        writer.add_persona(values)
        step = writer.start_step("launch", phase="start")
        process = writer.start_process("com.example", how="spawned", hooks=plan)
        session = probe.spawn(target, plan, process.sink)      # a model.sink.BatchSink: only enqueues, from any thread
        process.ask_pulse(token); session.pulse(token)
        writer.end_step(step, "ok")
        session.close()
        books = writer.close_books()                           # called = stored + dropped + lost, per process
        writer.end_run("completed", exit_code=0)

`RunWriter` owns one thread, the only one that writes rows of the run: it takes what has arrived, 2 MB at most, and
commits it as one transaction. A batch is said to be stored only then, and the probe acknowledges it only then: no
acknowledged event is lost with the controller. Every method may be called from any thread and returns at once, except
`flush`, `close_books` and `end_run`, which wait. When the disk fails the first of those three (or the next
`start_step`) raises CaseError.

A controller that is killed leaves a case file that opens and reads: what was committed is there, and its runs have no
end. Opening changes nothing by itself; `CaseFile.mark_abandoned()` says so in the rows: `interrupted: controller ended
without closing`, with books that name the sequence number from which nothing is known.

What was found out about the app before it ran goes in with `add_app(..., foreseen=...)` and `writer.add_renamed`; files
that were collected from the phone with `case.add_rest_file`, during a run or after it.

Reading: `raw` gives what analysis takes, `findings` and `queries` what a report takes, all as frozen values. Derived
tables are rewritten by `derived.replace` (through harness.examine).
docs/case-file.md documents every table and column; a test compares it with the schema.
"""

from harness.store.books import Books
from harness.store.casefile import CaseFile
from harness.store.mask import Hit, Mask, keep_all
from harness.store.start import CaseHeader, RunStart
from harness.store.writer import ProcessWriter, RunWriter

__all__ = ["Books", "CaseFile", "CaseHeader", "Hit", "Mask", "ProcessWriter", "RunStart", "RunWriter", "keep_all"]
