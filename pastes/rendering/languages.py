"""The languages a paste may have: an allow-list, because a lexer is code that strangers feed."""

from dataclasses import dataclass

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Language:
    """`name` is stored, spoken by the API, and is the Pygments alias of the lexer; `label` is for people.

    Extensions and file names are in lower case; the first extension is the one downloads get.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


PLAIN = Language("text", "Plain text", ("txt", "log", "text"), aliases=("plain", "plaintext", "txt"))

# Scala, Fish, Systemd, Tcsh and reg are missed on purpose: a few bytes keep their lexers busy for minutes.
LANGUAGES: tuple[Language, ...] = (
    PLAIN,
    Language("apacheconf", "Apache config", ("htaccess",), (".htaccess", "apache2.conf", "httpd.conf")),
    Language("gas", "Assembly (GAS)", ("s",), aliases=("asm",)),
    Language("nasm", "Assembly (NASM)", ("asm", "nasm")),
    Language("awk", "Awk", ("awk",), (), ("awk", "gawk", "mawk", "nawk")),
    Language(
        "bash",
        "Bash",
        ("sh", "bash", "zsh", "ksh", "ebuild"),
        (".bashrc", ".bash_profile", ".profile", ".zshrc"),
        ("sh", "bash", "dash", "zsh", "ksh", "ash"),
        ("sh", "shell", "zsh"),
    ),
    Language("console", "Bash session", ("sh-session", "console"), aliases=("shell-session",)),
    Language("batch", "Batch file", ("bat", "cmd"), aliases=("bat",)),
    Language("c", "C", ("c", "h"), (), ("tcc",)),
    Language("csharp", "C#", ("cs", "csx"), (), ("dotnet-script",), ("c#", "cs")),
    Language("cpp", "C++", ("cpp", "hpp", "cc", "hh", "cxx", "hxx", "ino"), aliases=("c++",)),
    Language("clojure", "Clojure", ("clj", "cljc", "cljs", "edn"), (), ("bb", "clojure")),
    Language("cmake", "CMake", ("cmake",), ("cmakelists.txt",)),
    Language("cobol", "COBOL", ("cob", "cbl", "cpy")),
    Language("common-lisp", "Common Lisp", ("lisp", "lsp"), (), ("sbcl", "clisp"), ("lisp",)),
    Language("css", "CSS", ("css",)),
    Language("dart", "Dart", ("dart",), (), ("dart",)),
    Language("delphi", "Delphi / Pascal", ("pas", "dpr"), aliases=("pascal",)),
    Language("diff", "Diff", ("diff", "patch"), aliases=("udiff",)),
    Language(
        "html+django", "Django / Jinja template", ("j2", "jinja2", "jinja", "djhtml"), aliases=("jinja", "django")
    ),
    Language("docker", "Dockerfile", ("dockerfile",), ("dockerfile", "containerfile"), aliases=("dockerfile",)),
    Language("elixir", "Elixir", ("ex", "exs"), ("mix.lock",), ("elixir",)),
    Language("elm", "Elm", ("elm",)),
    Language("emacs-lisp", "Emacs Lisp", ("el",), (".emacs",), ("emacs",), ("elisp",)),
    Language("erlang", "Erlang", ("erl", "hrl", "escript"), ("rebar.config",), ("escript",)),
    Language("fsharp", "F#", ("fs", "fsx", "fsi"), aliases=("f#",)),
    Language("fortran", "Fortran", ("f90", "f95", "f03", "f08", "for")),
    Language("gherkin", "Gherkin", ("feature",), aliases=("cucumber",)),
    Language("go", "Go", ("go",), aliases=("golang",)),
    Language("graphql", "GraphQL", ("graphql", "gql")),
    Language("graphviz", "Graphviz", ("dot", "gv"), aliases=("dot",)),
    Language("groovy", "Groovy / Gradle", ("groovy", "gradle"), ("jenkinsfile",), ("groovy",), ("gradle",)),
    Language("haskell", "Haskell", ("hs",), (), ("runhaskell", "runghc", "stack"), ("hs",)),
    Language("html", "HTML", ("html", "htm", "xhtml")),
    Language("http", "HTTP message", ("http",)),
    Language(
        "ini",
        "INI / config",
        ("ini", "cfg", "conf", "service", "socket", "timer", "desktop"),
        (".editorconfig", ".gitconfig", ".npmrc", ".pylintrc"),
        aliases=("cfg",),
    ),
    Language("java", "Java", ("java",)),
    Language("javascript", "JavaScript", ("js", "mjs", "cjs"), (), ("node", "nodejs", "deno", "bun"), ("js",)),
    Language("jsx", "JavaScript (JSX)", ("jsx",), aliases=("react",)),
    Language(
        "json",
        "JSON",
        ("json", "jsonl", "ndjson", "geojson", "ipynb", "webmanifest"),
        (".babelrc", ".eslintrc", "composer.lock", "pipfile.lock"),
    ),
    Language("julia", "Julia", ("jl",), (), ("julia",), ("jl",)),
    Language("kotlin", "Kotlin", ("kt", "kts"), (), ("kotlin",)),
    Language("less", "Less", ("less",)),
    Language("lua", "Lua", ("lua",), (), ("lua", "luajit")),
    Language("make", "Makefile", ("mk", "mak"), ("makefile", "gnumakefile"), ("make",), ("makefile",)),
    Language("markdown", "Markdown", ("md", "markdown"), aliases=("md",)),
    Language("matlab", "MATLAB", ("m",), (), ("octave",), ("octave",)),
    Language("nginx", "nginx config", ("nginxconf",), ("nginx.conf",)),
    Language("nim", "Nim", ("nim", "nims")),
    Language("nixos", "Nix", ("nix",), aliases=("nix",)),
    Language("objective-c", "Objective-C", ("mm",), aliases=("objc", "objectivec")),
    Language("ocaml", "OCaml", ("ml", "mli"), (), ("ocaml",)),
    Language("perl", "Perl", ("pl", "pm"), (), ("perl",), ("pl",)),
    Language("php", "PHP", ("php", "phtml"), (), ("php",)),
    Language("powershell", "PowerShell", ("ps1", "psm1", "psd1"), (), ("pwsh", "powershell"), ("ps1", "pwsh")),
    Language("properties", "Properties", ("properties", "env"), (".env",)),
    Language("protobuf", "Protocol Buffers", ("proto",), aliases=("proto",)),
    Language("puppet", "Puppet", ("pp",)),
    Language(
        "python",
        "Python",
        ("py", "pyw", "pyi", "bzl"),
        ("sconstruct", "wscript"),
        ("python", "pypy", "uv"),
        ("py", "python3"),
    ),
    Language("pycon", "Python session", ("pycon",)),
    Language("pytb", "Python traceback", ("pytb",)),
    Language("r", "R", ("r",), (".rprofile",), ("rscript",)),
    Language("racket", "Racket", ("rkt",), (), ("racket",)),
    Language("restructuredtext", "reStructuredText", ("rst",), aliases=("rst",)),
    Language(
        "ruby", "Ruby", ("rb", "rake", "gemspec", "ru"), ("gemfile", "rakefile", "vagrantfile"), ("ruby",), ("rb",)
    ),
    Language("rust", "Rust", ("rs",), (), ("rust-script",), ("rs",)),
    Language("scheme", "Scheme", ("scm", "ss"), (), ("guile",)),
    Language("scss", "SCSS", ("scss",)),
    Language("solidity", "Solidity", ("sol",)),
    Language("sql", "SQL", ("sql", "ddl")),
    Language("mysql", "SQL (MySQL)", ("mysql",)),
    Language("postgresql", "SQL (PostgreSQL)", ("pgsql",), aliases=("postgres",)),
    Language("tsql", "SQL (Transact-SQL)", ("tsql",)),
    Language("swift", "Swift", ("swift",), (), ("swift",)),
    Language("systemverilog", "SystemVerilog", ("sv", "svh")),
    Language("tcl", "Tcl", ("tcl",), (), ("tclsh", "wish")),
    Language("terraform", "Terraform / HCL", ("tf", "hcl", "tfvars"), aliases=("hcl", "tf")),
    Language("tex", "TeX / LaTeX", ("tex", "sty", "cls"), aliases=("latex",)),
    Language("toml", "TOML", ("toml",), ("cargo.lock", "pipfile", "poetry.lock", "uv.lock")),
    Language("typescript", "TypeScript", ("ts", "mts", "cts"), (), ("ts-node", "tsx"), ("ts",)),
    Language("tsx", "TypeScript (TSX)", ("tsx",)),
    Language("verilog", "Verilog", ("v", "vh")),
    Language("vhdl", "VHDL", ("vhd", "vhdl")),
    Language("vim", "Vim script", ("vim",), (".vimrc", "vimrc"), aliases=("viml",)),
    Language("vb.net", "Visual Basic", ("vb", "bas"), aliases=("vb", "visualbasic")),
    Language("vue", "Vue", ("vue",)),
    Language("wast", "WebAssembly text", ("wat", "wast"), aliases=("wat", "wasm")),
    Language("xml", "XML", ("xml", "xsd", "xsl", "xslt", "svg", "rss", "atom", "plist", "pom", "wsdl", "csproj")),
    Language("yaml", "YAML", ("yaml", "yml"), (".clang-format",), aliases=("yml",)),
    Language("zig", "Zig", ("zig",)),
)

_BY_NAME = {spelling: language for language in LANGUAGES for spelling in (language.name, *language.aliases)}


def is_known(name: str) -> bool:
    """Whether a caller may ask for this language; `auto` is not a language."""
    return name in _BY_NAME


def resolve(name: str) -> Language:
    """The language of a name or alias; plain text for any other, as a stored name may have left the list since."""
    return _BY_NAME.get(name, PLAIN)


def file_extension(name: str) -> str:
    """With its dot: ".py"."""
    return "." + resolve(name).extensions[0]
