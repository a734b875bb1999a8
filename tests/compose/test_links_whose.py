"""Whose a link is: other people's code, the venue and the paper itself are not shown."""

import pytest

from bot.compose.links import find_links
from tests.compose.linked import MINE, first


@pytest.mark.parametrize(
    "text",
    [
        "We build on https://github.com/other/base to train agents.",
        "We build upon the code of https://github.com/other/base.",
        "Our code builds heavily on https://github.com/a/b and https://github.com/c/d.",
        "Our implementation is based on nanoGPT (https://github.com/karpathy/nanoGPT).",
        "We release a toolkit based on nanoGPT (https://github.com/karpathy/nanoGPT).",
        "Our code is a fork of https://github.com/a/b.",
        "The code is adapted from https://github.com/a/b",
        "We modify the code provided by the authors at https://github.com/a/b.",
        "We extend the popular fairseq toolkit (https://github.com/facebookresearch/fairseq).",
        "We use the official implementation from https://github.com/a/b.",
        "Experiments use the dataset available at https://huggingface.co/datasets/a/b.",
        "We train using the PyKEEN library (https://github.com/pykeen/pykeen).",
        "We evaluate on SWE-bench (https://github.com/princeton-nlp/SWE-bench).",
        "We compare against the baseline https://github.com/a/b",
        "We compare with the baseline of Smith et al. (https://github.com/smith/base).",
        "The data set of Smith et al. is available at https://github.com/smith/data.",
        "Their code is available at https://github.com/a/b.",
        "The code of the competing method can be found at https://github.com/a/b.",
        "We thank the authors of https://github.com/a/b for sharing.",
        "Results take https://github.com/a/b as a backbone.",
        "We start from https://github.com/a/b, which we extend.",
        "Following https://github.com/a/b, we train for an hour.",
        "Unlike previous work (https://github.com/a/b), ours scales.",
        "We study projects such as Linux (https://github.com/torvalds/linux).",
        "Implemented using PyTorch (https://pytorch.org).",
        "We compare with RivalNet (https://github.com/other/rival).",
        "Our method outperforms RivalNet (https://github.com/other/rivalnet) by 3 points.",
        "We evaluate our model on the Maze benchmark (https://github.com/other/maze).",
        "Experiments on MAZE (https://github.com/other/x) and TOWN (https://github.com/y/z) pay.",
        "We evaluate on three public benchmarks: https://github.com/a/b, https://github.com/c/d.",
        "We adapt the code of RivalNet from https://github.com/other/rival.",
        "We integrate our method into Maze (see https://github.com/other/maze).",
        "We reproduce the results of Maze [https://github.com/other/maze] and find gaps.",
        "Training uses Megatron-LM (https://github.com/NVIDIA/Megatron-LM).",
        "Simulations were performed with LAMMPS (https://github.com/lammps/lammps).",
        "The simulation code GADGET-4 (https://gitlab.mpcdf.mpg.de/vrs/gadget4) was used.",
        "An unofficial implementation is at https://github.com/x/ours-pytorch.",
        "The original code is at https://github.com/a/b.",
        "Smith et al. released their code at https://github.com/smith/code.",
        "Maze is hosted at https://github.com/other/maze by the organisers.",
        "We rank first on the Open List (https://huggingface.co/spaces/a/leaderboard)",
    ],
)
def test_other_peoples_code_is_not_shown(text: str) -> None:
    assert find_links(text, None) == []
    assert first(f"{text} Our code: {MINE}") == MINE
    assert first(text, f"Code: {MINE}") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "Built on top of https://github.com/a/b, our code is at https://github.com/me/mine.",
        "Our code, based on https://github.com/a/b, is available at https://github.com/me/mine.",
        "Code is at https://github.com/me/mine, based on https://github.com/a/b.",
        "Our code (https://github.com/me/mine) builds on https://github.com/a/b.",
        "Based on nanoGPT (https://github.com/x/nanoGPT), we release https://github.com/me/mine.",
        "We use data from https://osf.io/abc12 and our code is at https://github.com/me/mine.",
        "The original code is available at https://github.com/a/b, ours at https://github.com/me/mine.",
        "Our fork of Maze (https://github.com/a/maze) is available at https://github.com/me/mine.",
        "Implementation based on https://github.com/a/b: https://github.com/me/mine",
        "We test on Maze (https://github.com/a/maze), and our code is at https://github.com/me/mine.",
        "It is an extension for Maze (https://github.com/a/maze). See https://github.com/me/mine.",
        "Our code follows https://github.com/a/b and is available at https://github.com/me/mine.",
    ],
)
def test_the_words_nearest_to_a_link_say_whose_it_is(text: str) -> None:
    assert [link.url for link in find_links(text, None)] == [MINE]


@pytest.mark.parametrize(
    "text",
    [
        "Our method outperforms all baselines (https://github.com/me/mine).",
        "We propose a method based on graph networks (https://github.com/me/mine).",
        "The method beats the best models using synthetic data. https://github.com/me/mine",
        "The code used in this paper is available at https://github.com/me/mine.",
        "We release our code along with the baselines at https://github.com/me/mine.",
        "The code is public at the following link: https://github.com/me/mine.",
        "The data can be obtained from https://github.com/me/mine.",
        "We open-source our code fork here: https://github.com/me/mine",
        "To use the model, see https://github.com/me/mine",
        "Code will be released upon acceptance at https://github.com/me/mine.",
        "For the code and detailed experimental results, please refer to https://github.com/me/mine.",
        "It is implemented in the R package mine available at https://github.com/me/mine.",
        "It has been integrated into Mine at https://github.com/me/mine.",
    ],
)
def test_an_own_link_in_suspicious_company_is_still_shown(text: str) -> None:
    assert first(text) == MINE


@pytest.mark.parametrize(
    "comment",
    [
        "Published in Neural Networks, https://doi.org/10.1016/j.neunet.2024.1",
        "Accepted at TMLR: https://openreview.net/forum?id=x",
        "ACL version: https://aclanthology.org/2024.acl-long.1",
        "Accepted at the 5th Workshop on Things (https://things-workshop.github.io/2026)",
        "Submitted to ICMCE 2024 (https://icmce.org/2024.html)",
        "Accepted to LaMAS 2026 (https://sites.google.com/view/lamas2026)",
        "Presented at the 14th Conference on Vision, 2015. http://www.mva-org.jp/mva2015/",
        "To be presented at the NLP Meeting 2025 (www.anlp.jp)",
        "The full version is available at http://www.uni.edu/paper.pdf",
        "For related work see http://www.uni.edu/me.html",
        "Other author's papers can be downloaded at http://www.me.com/",
        "Preregistered: https://osf.io/abcde",
        "A preprint is archived on Zenodo: https://zenodo.org/record/1",
        "Licensed under https://creativecommons.org/licenses/by/4.0/",
    ],
)
def test_the_paper_itself_and_where_it_appears_are_no_links_to_show(comment: str) -> None:
    assert find_links("An abstract.", comment) == []


def test_an_address_in_brackets_after_what_we_launch_is_ours() -> None:
    assert first("Beyond that, we launch Model Arena (arena.ai), a platform.") == "https://arena.ai"
    assert first("We sell to shops such as Walmart (walmart.com), a chain.") is None
