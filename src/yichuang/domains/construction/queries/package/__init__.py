"""
The national exchange tables of construction approvals, built from what is kept.

Fields bear the names of 工程建设项目审批管理系统数据共享交换标准. Choices are numbered in the order of our element
dictionary where the appendix of the standard is not known to us. Status events 1–15 come from the state spans.
"""

from yichuang.domains.construction.queries.package.building import expected, tables_of
from yichuang.domains.construction.queries.package.status import Event, events_of
from yichuang.domains.construction.queries.package.tables import TABLES, Tables, counts

__all__ = ["TABLES", "Event", "Tables", "counts", "events_of", "expected", "tables_of"]
