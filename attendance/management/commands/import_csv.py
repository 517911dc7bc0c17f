"""Takes a spreadsheet of a clinic in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from attendance.spreadsheets.kinds import KINDS
from clinic.actors import Actor
from clinic.imports.running import import_sheet, write_rejects
from clinic.management.base import VerbCommand


class Command(VerbCommand):
    help = (
        "Take a CSV file in. Good rows go in; bad rows go to FILE.rejected.csv with why, which is removed "
        "when there are none. Importing a file twice changes nothing. With --dry-run the database stays as "
        "it is, and the counts and FILE.rejected.csv say what would happen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[*KINDS])
        parser.add_argument("file", type=Path)
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="change nothing in the database")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        imported = import_sheet(
            KINDS[options["kind"]].sheet,
            path,
            clinic=self.clinic(options["clinic"]),
            by=Actor.command("import_csv"),
            now=self.moment(options),
            dry_run=options["dry_run"],
        )
        for note in imported.notes:
            self.stderr.write(note)
        rejected = imported.counts.rejected
        rejects = path.with_name(f"{path.name}.rejected.csv")
        try:
            write_rejects(imported, rejects)
        except OSError as error:
            # The good rows are in: the reasons must reach somebody all the same.
            self.stderr.write(f"{rejects}: {error.strerror}")
            for _, why in imported.rejects:
                self.stderr.write(why)
        else:
            if rejected:
                self.stderr.write(f"{rejected} of {imported.counts.read} rows were rejected: see {rejects}")
        self.finish(imported.as_json(), rejected=rejected)
