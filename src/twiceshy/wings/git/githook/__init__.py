"""The hooks of git: the shell's text that `init --git` writes into a repository. See ``note.sh`` beside this file."""
