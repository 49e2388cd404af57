# SPDX-License-Identifier: Apache-2.0
"""Makes requests at random, the same for the same seed. What the two sides do differently on purpose is left out."""
import json
from urllib.parse import quote

CLAMS = 'http://clams.ai/vocabulary/type/'
OLDER = 'http://mmif.clams.ai/vocabulary/'
TEXTS = ['x', 'hello world', '', "it's", 'say "hi"', 'both \' and "', 'caf\u00e9 \u2603', 'a\u00a0b\u200b', '\U0001F600',
         'a,b', 'tab\there', '100%', 'a+b', 'a&b=c', '0', 'True', 'None', '[1, 2]', 'back\\slash']
INTEGERS = ['7', '+5', '007', '-3', ' 4 ', '1_000', '0', '99999999999999999999', 'abc', '1.5', '', '0x10', '1e3']
NUMBERS = ['.5', '5.', '1E-3', '1', '-2.25', ' 3.5 ', '1e5', '123456789012', 'abc', '1,5', '']
BOOLEANS = ['true', 'false', 'False', 'F', 'f', '0', '1', 'no', 'FALSE', '', ' f']
PAIRS = ['a:b', 'a:c', 'k:', ':v', 'u:http://x', 'x:\u00e9', 'no-colon']
JSON_SCALARS = [True, False, 3, -1, 3.0, 0.5, 1e16, 1e-7, 'text', '7', '']
MODES = ['ok', 'before', 'after', 'keyerror', 'custom', 'unicode', 'noargs', 'warn', 'warn2', 'empty', 'noview',
         'selferror', 'two', 'partial', 'dupid', 'badapp', 'sampling', 'ownid', 'badcontains', 'lapps', 'shared',
         'aliases', 'textdocs', 'keepview', 'twice', 'nonsense']

# Of each app: what a parameter's values are drawn from.
PARAMETERS = {
    'params': {'reqStr': TEXTS, 'int1': INTEGERS, 'num1': NUMBERS, 'str1': TEXTS, 'strEmpty': TEXTS, 'boolT': BOOLEANS,
               'boolF': BOOLEANS, 'map1': PAIRS, 'map0': PAIRS, 'intMulti': INTEGERS[:8], 'numMulti': NUMBERS[:8],
               'strMulti': TEXTS, 'choiceStr': ['a', 'b', 'c d', 'z'], 'choiceInt': ['1', '2', '3', '4', '01'],
               'choiceNum': ['0.5', '1.5', '2.25', '2', '15e-1'], 'unknown': TEXTS, 'Int1': INTEGERS},
    'raise': {'mode': MODES, 'other': TEXTS},
    'whisper': {'model': ['tiny', 'turbo', 'l', 'huge'], 'language': ['', 'en', 'fr', 'en-US', 'xx', 'no'],
                'task': ['transcribe', 'translate'], 'initialPrompt': TEXTS, 'conditionOnPreviousText': TEXTS,
                'noSpeechThreshold': NUMBERS},
    'prompt': {'prompt': TEXTS, 'systemPrompt': TEXTS, 'promptMode': ['user-only', 'turn-taking', 'x'],
               'useReasoning': BOOLEANS, 'parallelPrompts': ['1', '2', '3', '0'],
               'maxImagesPerPrompt': ['0', '1', '2', '3', '-1'], 'imagesPerPromptMode': ['max', 'balanced', 'x'],
               'maxNewTokens': INTEGERS},
}
UNIVERSAL = {'pretty': BOOLEANS, 'runningTime': BOOLEANS, 'hwFetch': BOOLEANS,
             'tfSamplingMode': ['representatives', 'single', 'all', 'some']}


def documents(random):
    made = []
    for number in range(1, random.choice([1, 1, 2, 3]) + 1):
        name = random.choice(['VideoDocument', 'AudioDocument', 'TextDocument', 'ImageDocument'])
        uri = random.choice([f'{CLAMS}{name}/v2', f'{OLDER}{name}/v1'])
        properties = {'id': f'd{number}', 'mime': f'{name[:5].lower()}/x'}
        if name == 'TextDocument' and random.random() < 0.6:
            properties['text'] = {'@value': random.choice(TEXTS) or 'x', '@language': 'en'}
        else:
            properties['location'] = f'file:///data/{number}.bin'
        made.append({'@type': uri, 'properties': properties})
    return made


def annotations(random, view_id, version):
    """TimePoints, TimeFrames over them, tokens and alignments, with ids in long form."""
    made = []

    def add(name, prefix, **properties):
        number = sum(1 for one in made if f':{prefix}_' in one['properties']['id']) + 1
        annotation_id = f'{view_id}:{prefix}_{number}'
        made.append({'@type': f'{CLAMS}{name}/{version.get(name, "v1")}', 'properties': {**properties, 'id': annotation_id}})
        return annotation_id

    shared = {'label': 'slate'} if random.random() < 0.5 else {}
    for start in range(0, random.randrange(0, 4) * 1000, 1000):
        points = [add('TimePoint', 'tp', timePoint=start + step) for step in (0, 500, 900)]
        more = {'representatives': random.sample(points, random.randrange(0, 4))} if random.random() < 0.7 else {}
        frame = add('TimeFrame', 'tf', targets=points, classification={'slate': 0.5}, **shared, **more)
        token = add('Token', 'to', text=random.choice(TEXTS) or 'x', start=start, end=start + 3)
        if random.random() < 0.5:
            add('Alignment', 'a', source=frame, target=token)
    return made


def view(random, number):
    view_id = f'v_{number}'
    metadata = {'app': f'http://apps.clams.ai/other/v{number}', 'timestamp': f'2026-01-01T00:00:0{number}.000001'}
    kind = random.random()
    if kind < 0.1:
        return {'id': view_id, 'metadata': {**metadata, 'error': {'message': 'it failed'}}, 'annotations': []}
    if kind < 0.2:
        return {'id': view_id, 'metadata': {**metadata, 'warnings': ['mind the gap']}, 'annotations': []}
    made = annotations(random, view_id, {'TimePoint': 'v5', 'TimeFrame': 'v6'})
    contains = {uri: {'document': 'd1'} for uri in dict.fromkeys(one['@type'] for one in made)}
    for uri in contains:
        if '/Time' in uri:
            contains[uri]['timeUnit'] = 'milliseconds'
    if random.random() < 0.5:
        metadata['parameters'] = {'a': random.choice(TEXTS)}
    return {'id': view_id, 'metadata': {**metadata, 'contains': contains}, 'annotations': made}


def mmif(random):
    return {'metadata': {'mmif': 'http://mmif.clams.ai/1.2.0'}, 'documents': documents(random),
            'views': [view(random, number) for number in range(random.choice([0, 0, 1, 2, 3]))]}


def damaged(random, document):
    """What no side takes for an MMIF."""
    damage = random.choice(['cut', 'empty', 'no-views', 'extra', 'list', 'no-id', 'null-views'])
    if damage in ('cut', 'empty', 'list'):
        return {'cut': json.dumps(document)[:-9], 'empty': '', 'list': '[1, 2]'}[damage]
    changed = json.loads(json.dumps(document))
    if damage == 'no-views':
        del changed['views']
    if damage == 'extra':
        changed['surprise'] = 1
    if damage == 'no-id':
        del changed['documents'][0]['properties']['id']
    if damage == 'null-views':
        changed['views'] = None
    return json.dumps(changed)


def chosen_parameters(random, app):
    """[(name, value)]: often what is required, now and then a repeated name."""
    declared = {**PARAMETERS[app], **UNIVERSAL}
    given = [(name, random.choice(declared[name])) for name in ('reqStr', 'prompt')
             if name in declared and random.random() < 0.95]
    for name in random.sample(list(declared), random.randrange(0, 4)):
        given += [(name, random.choice(declared[name])) for _ in range(random.choice([1, 1, 1, 2]))]
    return given


def enveloped(random, given, document):
    parameters = {}
    for name, value in given:
        kind = random.random()
        if kind < 0.7:
            parameters[name] = value
        elif kind < 0.85:
            parameters[name] = [value, random.choice(JSON_SCALARS)]
        else:
            parameters[name] = random.choice(JSON_SCALARS)
    return {'parameters': parameters, 'mmif': document}


def request(random, app):
    """{'method', 'path', 'headers', 'body'}, as the recorded cases have it."""
    document, given = mmif(random), chosen_parameters(random, app)
    if random.random() < 0.08:
        body = damaged(random, document)
    elif random.random() < 0.3:
        inside = given[:len(given) // 2 + 1]
        given = given[len(inside):]
        body = json.dumps(enveloped(random, inside, document))
    else:
        body = json.dumps(document, ensure_ascii=random.random() < 0.5, indent=random.choice([None, None, 2]))
    query = '&'.join(f'{quote(name)}={quote(value)}' for name, value in given)
    return {'method': random.choice(['POST', 'POST', 'PUT']), 'path': '/?' + query if query else '/',
            'headers': {'Content-Type': 'application/json'}, 'body': body}
