"""The calendar, the forms and the registers for programs."""

from ninja import Router

from yichuang.portals.programs.api import calendar, forms, registers

router = Router()
router.add_router("", calendar.router)
router.add_router("", forms.router)
router.add_router("", registers.router)
