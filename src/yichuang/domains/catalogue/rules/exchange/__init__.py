"""How items come in and go out as tables: lists of other systems by a mapping, our own workbook and text."""
