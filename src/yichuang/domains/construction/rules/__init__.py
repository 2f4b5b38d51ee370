"""Pure decisions on construction projects."""
