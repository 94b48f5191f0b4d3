"""Names for runs that were given none: an adjective, an animal and a number."""

from __future__ import annotations

import random

__all__ = ["random_name"]

ADJECTIVES = """
    able agile amber ample apt azure balmy bold brave breezy bright brisk calm candid careful
    charming cheerful clean clever cosmic cozy crisp curious daring dapper deft eager early
    earnest elegant fair faithful famous fancy fearless fine fluent fond frank fresh gentle
    gifted glad golden graceful grand green handy happy hardy hearty honest humble jolly jovial
    keen kind lively loyal lucid lucky luminous mellow merry mighty mindful modest neat nimble
    noble orderly patient peppy placid playful polite proud prudent quick quiet rapid rare ready
    rustic sage salty serene sharp shiny silent sincere sleek smart smooth snappy solid spry
    stately steady stoic sturdy subtle sunny swift tender thankful tidy tranquil trusty upbeat
    valiant vast vivid warm wise witty zesty
"""

ANIMALS = """
    albatross alpaca ant antelope badger bat bear beaver bee bison boar bobcat buffalo camel
    carp cat cheetah chough cobra cod condor coyote crab crane cricket crow deer dingo dolphin
    donkey dove duck eagle eel egret elk emu falcon ferret finch fish fox frog gazelle gecko
    gibbon giraffe gnu goat goose grouse gull hare hawk hedgehog heron hippo horse ibex ibis
    iguana impala jackal jaguar jay kestrel kite koala lark lemur leopard lion lizard llama
    lobster lynx magpie marmot marten mole moose moth mouse mule newt octopus orca oryx osprey
    otter owl ox panda panther parrot pelican penguin pigeon pike plover pony puffin puma quail
    rabbit raccoon raven robin rook salmon seal shark sheep shrew skink sloth snail sparrow
    squid stork swan tapir tern tiger toad trout turtle viper vole walrus wasp weasel whale wolf
    wombat wren yak zebra
"""

adjectives, animals = ADJECTIVES.split(), ANIMALS.split()

generator = random.SystemRandom()
"""Not the module's generator: a seed of the user's must not repeat names, nor names use it up."""


def random_name() -> str:
    """A name as `patient-otter-417`."""
    number = generator.randrange(1000)
    return f"{generator.choice(adjectives)}-{generator.choice(animals)}-{number}"
