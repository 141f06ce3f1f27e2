"""Pictures, films and sounds as files and formats."""
