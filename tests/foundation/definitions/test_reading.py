import pytest

from yichuang.foundation.definitions.reading import read_text


def found(text):
    return [(each.line, each.field) for each in read_text(text, "x.yaml").problems]


class TestReadText:
    def test_keeps_dates_as_iso_text_and_knows_the_lines(self):
        read = read_text("plan: a\nsteps:\n  permit:\n    days: 3\n    from: 2019-07-01\n", "x.yaml")

        assert read.body == {"plan": "a", "steps": {"permit": {"days": 3, "from": "2019-07-01"}}}
        assert read.line(("steps", "permit", "days")) == 4
        assert read.line(("steps", "permit", "nowhere")) == 3

    @pytest.mark.parametrize("key", ["on", "off", "yes", "no", "On", "true", "12", "2019-01-01", "~"])
    def test_refuses_keys_that_yaml_reads_as_something_else(self, key):
        assert found(f"a: 1\n{key}: 2\n") == [(2, key)]

    @pytest.mark.parametrize("value", ["yes", "no", "on", "Off", "17:30", "0123", "1_000", "0x1f", ".inf", "1.5e+3"])
    def test_refuses_values_that_yaml_would_misread(self, value):
        assert found(f"a: {value}") == [(1, "a")]

    @pytest.mark.parametrize("value", ["y", "n", "1e3", "09:00", "甲", "2019-10"])
    def test_keeps_texts_as_they_are(self, value):
        assert read_text(f"a: {value} ", "x.yaml").body == {"a": value}

    def test_a_moment_needs_its_zone(self):
        assert found("at: 2019-10-30T09:05:00+08:00") == []
        assert found("at: 2019-10-30 09:05:00") == [(1, "at")]
        assert found("at: 2019-02-30") == [(1, "at")]

    def test_names_every_problem_at_once(self):
        assert found("a: 1\na: 2\nb: no\nc: 08:15:00\nd: 10:15:00\n") == [(2, "a"), (3, "b"), (5, "d")]

    def test_takes_true_and_false_null_and_quoted_words(self):
        read = read_text('{a: true, b: false, c: null, d: "no", e: 1.50}', "x.yaml")

        assert read.problems == []
        assert read.body == {"a": True, "b": False, "c": None, "d": "no", "e": 1.5}

    def test_says_where_yaml_breaks(self):
        assert found("a: 1\nb: [1, 2\nc: 3\n")[0][0] in (2, 3)

    def test_refuses_an_empty_file_tags_and_an_alias_of_itself(self):
        assert len(found("")) == 1
        assert found("a: !!python/object:os.system x")[0] == (1, "a")
        assert found("a: &x [*x]")[0][1] == "a[0]"
