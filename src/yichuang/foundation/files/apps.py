"""Registers the room and the first scope: who uploaded a file that hangs on nothing yet may read it."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The file room."""

    name = "yichuang.foundation.files"
    verbose_name = "文件"

    def ready(self) -> None:
        """Let people read what they have just uploaded."""
        from yichuang.foundation.files import scopes

        scopes.register_file_scope(scopes.UPLOAD, scopes.own_uploads)
