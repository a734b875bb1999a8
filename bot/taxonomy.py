"""arXiv's categories: names, archives, aliases, OAI sets. PURE.

In goes a category, archive or group by any of its names; out comes what arXiv means by it.
The table is arXiv's own taxonomy of 2026-06-29
(https://github.com/arXiv/arxiv-base/blob/develop/arxiv/taxonomy/definitions.py) without its test
archives; it stands here as code because a category is looked up for every paper and every topic.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_ARCHIVES = """
astro-ph physics Astrophysics
cond-mat physics Condensed Matter
cs cs Computer Science
econ econ Economics
eess eess Electrical Engineering and Systems Science
gr-qc physics General Relativity and Quantum Cosmology
hep-ex physics High Energy Physics - Experiment
hep-lat physics High Energy Physics - Lattice
hep-ph physics High Energy Physics - Phenomenology
hep-th physics High Energy Physics - Theory
math math Mathematics
math-ph physics Mathematical Physics
nlin physics Nonlinear Sciences
nucl-ex physics Nuclear Experiment
nucl-th physics Nuclear Theory
physics physics Physics
q-bio q-bio Quantitative Biology
q-fin q-fin Quantitative Finance
quant-ph physics Quantum Physics
stat stat Statistics
"""

_ACTIVE = """
astro-ph.CO Cosmology and Nongalactic Astrophysics
astro-ph.EP Earth and Planetary Astrophysics
astro-ph.GA Astrophysics of Galaxies
astro-ph.HE High Energy Astrophysical Phenomena
astro-ph.IM Instrumentation and Methods for Astrophysics
astro-ph.SR Solar and Stellar Astrophysics
cond-mat.dis-nn Disordered Systems and Neural Networks
cond-mat.mes-hall Mesoscale and Nanoscale Physics
cond-mat.mtrl-sci Materials Science
cond-mat.other Other Condensed Matter
cond-mat.quant-gas Quantum Gases
cond-mat.soft Soft Condensed Matter
cond-mat.stat-mech Statistical Mechanics
cond-mat.str-el Strongly Correlated Electrons
cond-mat.supr-con Superconductivity
cs.AI Artificial Intelligence
cs.AR Hardware Architecture
cs.CC Computational Complexity
cs.CE Computational Engineering, Finance, and Science
cs.CG Computational Geometry
cs.CL Computation and Language
cs.CR Cryptography and Security
cs.CV Computer Vision and Pattern Recognition
cs.CY Computers and Society
cs.DB Databases
cs.DC Distributed, Parallel, and Cluster Computing
cs.DL Digital Libraries
cs.DM Discrete Mathematics
cs.DS Data Structures and Algorithms
cs.ET Emerging Technologies
cs.FL Formal Languages and Automata Theory
cs.GL General Literature
cs.GR Graphics
cs.GT Computer Science and Game Theory
cs.HC Human-Computer Interaction
cs.IR Information Retrieval
cs.IT Information Theory
cs.LG Machine Learning
cs.LO Logic in Computer Science
cs.MA Multiagent Systems
cs.MM Multimedia
cs.MS Mathematical Software
cs.NA Numerical Analysis
cs.NE Neural and Evolutionary Computing
cs.NI Networking and Internet Architecture
cs.OH Other Computer Science
cs.OS Operating Systems
cs.PF Performance
cs.PL Programming Languages
cs.RO Robotics
cs.SC Symbolic Computation
cs.SD Sound
cs.SE Software Engineering
cs.SI Social and Information Networks
cs.SY Systems and Control
econ.EM Econometrics
econ.GN General Economics
econ.TH Theoretical Economics
eess.AS Audio and Speech Processing
eess.IV Image and Video Processing
eess.SP Signal Processing
eess.SY Systems and Control
gr-qc General Relativity and Quantum Cosmology
hep-ex High Energy Physics - Experiment
hep-lat High Energy Physics - Lattice
hep-ph High Energy Physics - Phenomenology
hep-th High Energy Physics - Theory
math-ph Mathematical Physics
math.AC Commutative Algebra
math.AG Algebraic Geometry
math.AP Analysis of PDEs
math.AT Algebraic Topology
math.CA Classical Analysis and ODEs
math.CO Combinatorics
math.CT Category Theory
math.CV Complex Variables
math.DG Differential Geometry
math.DS Dynamical Systems
math.FA Functional Analysis
math.GM General Mathematics
math.GN General Topology
math.GR Group Theory
math.GT Geometric Topology
math.HO History and Overview
math.IT Information Theory
math.KT K-Theory and Homology
math.LO Logic
math.MG Metric Geometry
math.MP Mathematical Physics
math.NA Numerical Analysis
math.NT Number Theory
math.OA Operator Algebras
math.OC Optimization and Control
math.PR Probability
math.QA Quantum Algebra
math.RA Rings and Algebras
math.RT Representation Theory
math.SG Symplectic Geometry
math.SP Spectral Theory
math.ST Statistics Theory
nlin.AO Adaptation and Self-Organizing Systems
nlin.CD Chaotic Dynamics
nlin.CG Cellular Automata and Lattice Gases
nlin.PS Pattern Formation and Solitons
nlin.SI Exactly Solvable and Integrable Systems
nucl-ex Nuclear Experiment
nucl-th Nuclear Theory
physics.acc-ph Accelerator Physics
physics.ao-ph Atmospheric and Oceanic Physics
physics.app-ph Applied Physics
physics.atm-clus Atomic and Molecular Clusters
physics.atom-ph Atomic Physics
physics.bio-ph Biological Physics
physics.chem-ph Chemical Physics
physics.class-ph Classical Physics
physics.comp-ph Computational Physics
physics.data-an Data Analysis, Statistics and Probability
physics.ed-ph Physics Education
physics.flu-dyn Fluid Dynamics
physics.gen-ph General Physics
physics.geo-ph Geophysics
physics.hist-ph History and Philosophy of Physics
physics.ins-det Instrumentation and Detectors
physics.med-ph Medical Physics
physics.optics Optics
physics.plasm-ph Plasma Physics
physics.pop-ph Popular Physics
physics.soc-ph Physics and Society
physics.space-ph Space Physics
q-bio.BM Biomolecules
q-bio.CB Cell Behavior
q-bio.GN Genomics
q-bio.MN Molecular Networks
q-bio.NC Neurons and Cognition
q-bio.OT Other Quantitative Biology
q-bio.PE Populations and Evolution
q-bio.QM Quantitative Methods
q-bio.SC Subcellular Processes
q-bio.TO Tissues and Organs
q-fin.CP Computational Finance
q-fin.EC Economics
q-fin.GN General Finance
q-fin.MF Mathematical Finance
q-fin.PM Portfolio Management
q-fin.PR Pricing of Securities
q-fin.RM Risk Management
q-fin.ST Statistical Finance
q-fin.TR Trading and Market Microstructure
quant-ph Quantum Physics
stat.AP Applications
stat.CO Computation
stat.ME Methodology
stat.ML Machine Learning
stat.OT Other Statistics
stat.TH Statistics Theory
"""

# Closed: archives that became a category of another (named second), and three archives whose own
# name was a category until they were divided ("-").
_CLOSED = """
acc-phys physics.acc-ph Accelerator Physics
adap-org nlin.AO Adaptation, Noise, and Self-Organizing Systems
alg-geom math.AG Algebraic Geometry
ao-sci physics.ao-ph Atmospheric-Oceanic Sciences
astro-ph - Astrophysics
atom-ph physics.atom-ph Atomic, Molecular and Optical Physics
bayes-an physics.data-an Bayesian Analysis
chao-dyn nlin.CD Chaotic Dynamics
chem-ph physics.chem-ph Chemical Physics
cmp-lg cs.CL Computation and Language
comp-gas nlin.CG Cellular Automata and Lattice Gases
cond-mat - Condensed Matter
dg-ga math.DG Differential Geometry
funct-an math.FA Functional Analysis
mtrl-th cond-mat.mtrl-sci Materials Theory
patt-sol nlin.PS Pattern Formation and Solitons
plasm-ph physics.plasm-ph Plasma Physics
q-alg math.QA Quantum Algebra and Topology
q-bio - Quantitative Biology
solv-int nlin.SI Exactly Solvable and Integrable Systems
supr-con cond-mat.supr-con Superconductivity
"""

_ALIASES = {
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "math.IT": "cs.IT",
    "q-fin.EC": "econ.GN",
    "cs.SY": "eess.SY",
    "cs.NA": "math.NA",
}


@dataclass(frozen=True, slots=True)
class Category:
    """One name that a paper can carry, such as "cs.CV", "hep-th" or the closed "alg-geom"."""

    id: str
    name: str  # "Computer Vision and Pattern Recognition"
    archive: str  # "cs"; a closed archive is its own
    active: bool  # new papers can carry it
    canonical: str  # the name under which Paperboy keeps it: itself, unless an alias or subsumed
    aliases: tuple[str, ...]  # every other name of the same category, both ways
    oai_set: str  # "cs:cs:CV", "physics:hep-th"


def canonical(cat: str) -> str:
    """Return the one name of a category: `math.MP` → `math-ph`, `alg-geom` → `math.AG`.

    A name that arXiv does not know comes back unchanged: a new category must not break a day.
    """
    known = CATEGORIES.get(cat)
    return known.canonical if known else cat


def names(cat: str) -> tuple[str, ...]:
    """Return every name of the category that goes by `cat`, the canonical one first.

    `cat:cs.*` must find what carries `eess.SY`, because `cs.SY` is the same category.
    """
    known = CATEGORIES.get(canonical(cat))
    return (known.id, *known.aliases) if known else (cat,)


def archive_of(cat: str) -> str:
    """Return the archive that a category's name belongs to: `cs.CV` → `cs`, `hep-th` → itself."""
    return cat.partition(".")[0]


def oai_set(name: str) -> str | None:
    """Return the OAI set of a group, archive or category; None for a name that has none.

    `physics` is both a group and an archive of it: the archive is meant, as in a category's name.
    """
    if name in CATEGORIES:
        return CATEGORIES[name].oai_set
    if name in ARCHIVE_GROUPS:
        return f"{ARCHIVE_GROUPS[name]}:{name}"
    return name if name in GROUPS else None


def search(words: str, limit: int = 25) -> list[Category]:
    """Return active categories for what a person has typed so far, best first.

    Each typed word must begin an identifier or a word of the name or archive; one whose identifier
    begins with the whole text comes first. Order is otherwise arXiv's. A category comes once, under
    its canonical name. Empty text finds nothing.
    """
    typed = words.casefold().split()
    found = [c for c in CATEGORIES.values() if c.active and c.id == c.canonical]
    found = [c for c in found if typed and _answers(c, typed)]
    return sorted(found, key=lambda c: not _begins(c, " ".join(typed)))[:limit]


def spelled(typed: str) -> str | None:
    """Return the category or archive that is meant by `typed` in any case, or None.

    arXiv's names are case-sensitive, phones are not; no two names differ in case alone.
    """
    return _BY_FOLDED_NAME.get(typed.casefold())


def _begins(category: Category, typed: str) -> bool:
    return any(name.casefold().startswith(typed) for name in (category.id, *category.aliases))


def _answers(category: Category, typed: list[str]) -> bool:
    archive = _ARCHIVE_NAMES.get(category.archive, "")
    text = " ".join((category.id, *category.aliases, category.name, archive)).casefold()
    starts = [text, *re.split(r"[^a-z0-9]+", text), *text.split()]
    return all(any(start.startswith(word) for start in starts) for word in typed)


def _rows(table: str, columns: int) -> Iterator[list[str]]:
    return (line.split(" ", columns - 1) for line in table.strip().splitlines())


def _closed_group(successor: str) -> str:
    return ARCHIVE_GROUPS[archive_of(successor)]


def _categories() -> Iterator[Category]:
    subsumed = {old: into for old, into, _ in _rows(_CLOSED, 3) if into != "-"}
    canonicals = {**_ALIASES, **subsumed}
    rows = [(cat, name, True) for cat, name in _rows(_ACTIVE, 2)]
    rows += [(cat, name, False) for cat, _, name in _rows(_CLOSED, 3)]
    for cat, name, active in rows:
        main = canonicals.get(cat, cat)
        same = [main, *(other for other, into in canonicals.items() if into == main)]
        others = tuple(other for other in same if other != cat)
        yield Category(cat, name, archive_of(cat), active, main, others, _oai_set_of(cat, main))


def _oai_set_of(cat: str, main: str) -> str:
    archive, _, part = cat.partition(".")
    group = ARCHIVE_GROUPS.get(archive) or _closed_group(main)
    return ":".join(filter(None, (group, archive, part)))


_ARCHIVE_NAMES = {archive: name for archive, _, name in _rows(_ARCHIVES, 3)}

ARCHIVE_GROUPS: Mapping[str, str] = MappingProxyType(
    {archive: group for archive, group, _ in _rows(_ARCHIVES, 3)}
)
"""Active archive → its group, in OAI's words: `hep-th` → `physics`."""

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        group: tuple(a for a, of in ARCHIVE_GROUPS.items() if of == group)
        for group in dict.fromkeys(ARCHIVE_GROUPS.values())
    }
)
"""Group → its active archives."""

CATEGORIES: Mapping[str, Category] = MappingProxyType({c.id: c for c in _categories()})
"""Every name that a paper can carry, the closed ones too → its category."""

ARCHIVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        archive: tuple(c.id for c in CATEGORIES.values() if c.active and c.archive == archive)
        for archive in ARCHIVE_GROUPS
    }
)
"""Active archive → its active categories by name, aliases and dotless ones included."""

_BY_FOLDED_NAME = {name.casefold(): name for name in (*ARCHIVES, *CATEGORIES)}
