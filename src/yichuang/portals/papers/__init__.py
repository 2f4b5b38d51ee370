"""Files and papers: shown and saved by those who may see what they hang on."""
