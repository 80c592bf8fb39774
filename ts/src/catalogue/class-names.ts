/** Published names of classes in the order of labels, for data that does not hold them itself. */

/** Decimal digits; the label is the digit. */
export const DIGITS: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Fashion-MNIST, as its repository lists them. */
export const CLOTHES: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Kuzushiji-MNIST: one character for each row of the hiragana. */
export const HIRAGANA: readonly string[] = 'お き す つ な は ま や れ を'.split(' ');

export const CIFAR10: readonly string[] =
  'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');

/** The fine classes of CIFAR-100. */
export const CIFAR100: readonly string[] = `
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
  camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile
  cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp
  lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree
  orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum
  rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
  squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train
  trout tulip turtle wardrobe whale willow_tree wolf woman worm`
  .trim()
  .split(/\s+/);
