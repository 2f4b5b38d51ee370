"""Applications for programs: drafts, materials, cases, steps, decisions, and records with their proof."""

from ninja import Router

from yichuang.domains.cases.api import cases, decisions, deeds, drafts, materials, proofs, steps

router = Router()
for each in (drafts, materials, cases, deeds, steps, decisions, proofs):
    router.add_router("", each.router)
