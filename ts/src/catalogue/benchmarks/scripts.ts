import type { CatalogueTask } from '../task.js';

/** The characters of each script in the order of labels, as `py/characters` draws them. */
const CHARACTERS = {
  arabic: 'ابةتثجحخدذرزسشصضطظعغفقكلمنهوي',
  armenian: 'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ',
  bengali: 'কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ',
  bengali_digits: '০১২৩৪৫৬৭৮৯',
  cyrillic: 'абвгдежзийклмнопрстуфхцчшщъыьэюя',
  devanagari: 'कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह',
  georgian: 'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ',
  greek: 'αβγδεζηθικλμνξοπρςστυφχψω',
  hebrew: 'אבגדהוזחטיךכלםמןנסעףפץצקרשת',
  hiragana:
    'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん',
  katakana:
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  latin: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  tamil: 'அஆஇஈஉஊஎஏஐஒஓகஙசஜஞடணதநனபமயரறலளழவஷஸஹ',
  telugu: 'కఖగఘచఛజఝటఠడఢణతథదధనపఫబభమయరలళవశషసహ',
  thai: 'กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ',
} as const;

/**
 * Printed characters in distorted shapes: one small task for each script, with fonts in the test
 * that are not among those to learn from. `npm run box` draws them.
 */
export const scripts: readonly CatalogueTask[] = Object.entries(CHARACTERS).map(
  ([script, characters]): CatalogueTask => ({
    name: `script/${script}`,
    title: `Characters: ${script.replace('_', ' ')}`,
    benchmark: 'scripts',
    data: { kind: 'box', file: `scripts/${script}.npz` },
    splits: { train: 'train', validation: 'validation', test: 'test' },
    facts: {
      numClasses: [...characters].length,
      examples: { train: 800, validation: 200, test: 500 },
    },
    classNames: [...characters],
    image: { size: [28, 28], channels: 1 },
    homepage: 'https://notofonts.github.io/',
    licence: 'OFL 1.1 (fonts)',
    obtain: { kind: 'setup', instructions: 'install mu2net again, which has this data' },
  }),
);
