"""Registers the room: its kinds of definition, its place in deeds, and who reads its files."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The paper room."""

    name = "yichuang.foundation.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        """Make papers and letterheads known, number papers in deeds, tell the one filter who sees them."""
        from yichuang.foundation.documents import commands, kinds, numbering, queries, rendering
        from yichuang.foundation.files.scopes import register_file_scope
        from yichuang.foundation.people.holdings import register_holding
        from yichuang.foundation.work.hooks import register_paper_writer

        kinds.register()
        queries.register()
        register_file_scope(rendering.PURPOSE, queries.files_of_papers)
        register_paper_writer(numbering.write_paper)
        register_holding("blanks", "印制证", queries.blanks_as_held, commands.move_blanks)
