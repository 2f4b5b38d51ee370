"""
Search over fifty thousand items, on PostgreSQL and on the embedded database.

The items are made up: what is done with what, for whom, in which street, so that common words stand in thousands of
names. The questions are drawn from their names in eight ways; every question is asked once a run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from itertools import islice, product
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from django.core.management import call_command
from django.db import connection

from yichuang.config.bench.results import Result, percentile
from yichuang.foundation.search import commands, kinds
from yichuang.foundation.search.commands import Thing
from yichuang.foundation.search.models import Entry, Word
from yichuang.foundation.search.queries import search
from yichuang.foundation.search.tokens import compact, syllables

OBJECTS = """
食品经营 食品生产 药品零售 医疗器械 公共场所卫生 特种设备使用 道路运输 建筑施工 排水
取水 占用道路 户外广告 燃气经营 危险化学品 烟花爆竹 出版物零售 印刷经营 娱乐场所 网吧
旅馆 人力资源服务 劳务派遣 民办学校 幼儿园 养老机构 社会团体 民办非企业 基金会
宗教活动场所 律师执业 公证 司法鉴定 法律援助 户口 居民身份证 居住证 护照 养犬 保安服务
典当 种子生产 农药经营 兽药经营 饲料生产 动物诊疗 渔业捕捞 林木采伐 草原征占 水土保持
建设用地 临时用地 工程规划 不动产 房屋预售 物业服务 公租房 住房公积金 社会保障卡
失业保险 工伤保险 生育保险 养老保险 医疗保险 最低生活保障 残疾人证 退役军人优待 婚姻
收养 殡葬 慈善组织 就业创业 职业技能 高龄津贴 独生子女 生育 体育场馆 文物保护 档案
统计调查 纳税 发票 出口退税 商标 专利 计量器具 产品认证 企业标准 广告发布 合同
股权出质 企业设立 个体工商户 农民专业合作社 外商投资 境外投资 价格 粮食收购 能源 节能
项目 招标 电力设施 通信 邮政 快递 气象 抗震 消防 人防 环境影响 排污 辐射 固体废物
噪声 城市绿化 古树名木 市政设施 桥梁 路灯 停车场 出租车 公交 船舶 港口 航道 机动车
驾驶证
"""
DONE = "许可 登记 备案 审批 核准 变更 注销 延续 补办 换发 查询 申领 认定 给付 证明开具"
FOR = ("（新办）", "", "（个人）", "（企业）")
STREETS = ("", "积玉桥街道", "杨园街道", "徐家棚街道", "粮道街道", "中华路街道", "黄鹤楼街道")
MATERIALS = """
居民身份证 营业执照 申请书 场所租赁合同 平面图 授权委托书 户口簿 银行账户 检验报告
安全管理制度 公司章程 验资报告 学历证书 健康证明 照片
"""
KIND = "bench"
ITEMS, ASKED, LIMIT = 50_000, 320, 20
TARGET = 20
"""Milliseconds, p95."""
SEED = 20191030

Took = dict[str, list[tuple[float, float]]]
"""Way of asking → seconds by the wall and of CPU."""


def things(count: int, random: Random) -> Iterator[tuple[str, str, tuple[str, ...], str, int]]:
    """Make up items: key, name, other names, text, popularity."""
    names = list(product(STREETS, OBJECTS.split(), DONE.split(), FOR))
    random.shuffle(names)
    for n in range(count):
        street, what, done, whom = names[n % len(names)]
        again = f"{n // len(names) + 1}类" if n >= len(names) else ""
        aliases = (f"办{what}{done}",) if random.random() < 0.3 else ()
        text = " ".join([*random.sample(MATERIALS.split(), 5), f"1142010606999{n:09d}M"])
        yield f"k{n}", f"{street}{what}{done}{again}{whom}", aliases, text, int(random.paretovariate(1.1)) - 1


def questions(names: list[str], random: Random, count: int) -> Iterator[tuple[str, str]]:
    """Ask for names in eight ways; gives what the way is called, and the question."""
    for n in range(count):
        name = compact(random.choice(names))
        first = random.randrange(max(1, len(name) - 3))
        some = name[first : first + 4]
        yield (
            ("two characters", name[first : first + 2]),
            ("whole name", name),
            ("four characters", some),
            ("initials", "".join(each[0] for each in syllables(some))),
            ("pinyin", "".join(syllables(name[first : first + 2]))),
            ("a question", f"请问{name}需要带什么材料，多久能办好"),
            ("one wrong character", f"{name[:2]}的{name[3:]}"),
            ("two words", f"{name[:2]} {name[-2:]}"),
        )[n % 8]


def measure(runs: int) -> Iterator[Result]:
    """Ask on the database of this process, then on an embedded one in a process and folder of its own."""
    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
        yield from _results("SQLite", asked(runs, ITEMS))
        return
    yield from _results("PostgreSQL", asked(runs, ITEMS))
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as scratch:
        environment = os.environ | {"YICHUANG_DATA": str(Path(scratch, "data")), "DATABASE_URL": ""}
        command = [sys.executable, "-m", "yichuang.config.bench.main", "measure", "search", str(runs)]
        for line in subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout.splitlines():
            told = json.loads(line)
            yield Result(**{each.name: told[each.name] for each in fields(Result)})


def _results(database: str, took: list[Took]) -> Iterator[Result]:
    def p95(way: str, what: int) -> tuple[float, ...]:
        return tuple(round(percentile([each[what] for each in run[way]], 95) * 1000, 1) for run in took)

    for way in took[0]:
        yield Result(
            "search",
            f"{database}, {ITEMS:,} items, {way}: p95",
            "ms",
            p95(way, 0),
            TARGET if way == ALL else None,
            note=f"of CPU {p95(way, 1)[0]}",
            more={"p50": [round(percentile([each[0] for each in run[way]], 50) * 1000, 1) for run in took]},
        )


ALL = "all ways"


def asked(runs: int, items: int) -> list[Took]:
    """Fill the index, ask every question in every run, and take away what was made."""
    random = Random(SEED)
    kinds.register_kind(KIND, lambda actor, keys: keys)
    made = things(items, random)
    names: list[str] = []
    try:
        while some := list(islice(made, 5_000)):
            names += [name for _, name, _, _, _ in some]
            commands.index_all(KIND, (Thing(*each) for each in some))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_entry" if connection.vendor == "postgresql" else "ANALYZE")
        wanted = list(questions(names, random, ASKED + 20))
        for _, question in wanted[:20]:
            search(question, KIND, limit=LIMIT)
        return [_run(wanted[20:]) for _ in range(runs)]
    finally:
        Entry.objects.filter(kind=KIND).delete()
        Word.objects.filter(kind=KIND).delete()


def _run(wanted: list[tuple[str, str]]) -> Took:
    clock = _Clock()
    took: Took = {}
    for way, question in wanted:
        clock.start()
        search(question, KIND, limit=LIMIT)
        took.setdefault(way, []).append(clock.read())
    return {**took, ALL: [each for some in took.values() for each in some]}


class _Clock:
    """Seconds by the wall, and of CPU: our own and, of PostgreSQL, that of the process that serves us."""

    def __init__(self) -> None:
        connection.ensure_connection()
        server = connection.connection.info.backend_pid if connection.vendor == "postgresql" else None
        self.server = Path(f"/proc/{server}/schedstat") if server else None
        self.start()

    def start(self) -> None:
        self.wall, self.cpu = perf_counter(), self._cpu()

    def read(self) -> tuple[float, float]:
        return perf_counter() - self.wall, self._cpu() - self.cpu

    def _cpu(self) -> float:
        return process_time() + (int(self.server.read_text().split()[0]) / 1e9 if self.server else 0)
