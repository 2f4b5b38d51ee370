"""The offline verifier: `python -m yichuang.kernel.ledger FILE [--key HEX] [--anchors FILE]`; it opens no database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .export import read_anchors, verify_export


def main(arguments: list[str]) -> int:
    """Verify an export and print what was found: 0 when all agrees, 1 when not, 2 when it was called wrongly."""
    parser = argparse.ArgumentParser(prog="python -m yichuang.kernel.ledger", description="脱机验证记录导出文件")
    parser.add_argument("file", type=Path, help="导出文件（JSON Lines）")
    parser.add_argument("--key", type=bytes.fromhex, help="另行得到的公钥，十六进制")
    parser.add_argument("--anchors", type=Path, help="另处保存的锚点文件")
    given = parser.parse_args(arguments)
    try:
        with given.file.open(encoding="utf-8", newline="\n") as lines:
            if given.anchors is None:
                report = verify_export(lines, given.key)
            else:
                with given.anchors.open(encoding="utf-8") as copies:
                    report = verify_export(lines, given.key, witnesses=read_anchors(copies))
    except (OSError, ValueError) as reason:  # no such file, no UTF-8, a broken file of anchors
        print(f"无法验证：{reason}", file=sys.stderr)
        return 2
    for problem in report.problems:
        print(f"{problem.kind}\t{problem.stream}\t{problem.seq}\t{problem.message}")
    if report.found > len(report.problems):
        print(f"……另有 {report.found - len(report.problems)} 处未列出")
    whose = "" if given.key else "（公钥取自文件本身）"
    verdict = "全部相符" if report.ok else f"发现 {report.found} 处不符"
    print(f"{report.records} 条记录，{report.streams} 条记录链，{report.anchors} 个锚点：{verdict}{whose}")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
