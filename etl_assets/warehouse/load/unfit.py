"""Changes that no history has a place for go to the quarantine before anything is merged."""

from datetime import datetime

from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings


def quarantine_unfit(session: Session, observations: Observations, files: FileLedger) -> None:
    """Take staged changes out that have no time within the dataset's, or an operation that is none of I, U, D."""
    if not any(entry.meaning == "changes" and entry.status == "read" for entry in files.entries):
        return
    bindings = Bindings(expressions=observations.expressions)
    session.run("drop table if exists unfit")
    times = {"earliest": files.dataset.earliest, "latest": files.dataset.latest}
    reasons = {
        "too_early": files.dataset.time_problem(datetime.min),  # noqa: DTZ901 - UTC without a zone
        "too_late": files.dataset.time_problem(datetime.max),  # noqa: DTZ901 - as above
    }
    columns = {"op_column": observations.op, "time_column": observations.effective_at}
    session.do("load/unfit", bindings, {**columns, **times, **reasons})
    found = session.ask("load/unfit_by_file")
    if not found:
        return
    session.do("load/quarantine_unfit", values={"load_number": files.number})
    session.do("load/drop_unfit")
    for file_id, rows in found:
        files.also_bad(file_id, rows)
