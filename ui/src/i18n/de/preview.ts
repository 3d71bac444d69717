import { bytes, count } from '../../lib/format.ts';
import type { Preview } from '../en/preview.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;

export const preview: Preview = {
  lead: 'Zeigt, was ein Lauf kopieren würde, bevor etwas geschrieben wird.',
  look: 'Vorschau',
  again: 'Neue Vorschau',
  looking: 'Die Ordner werden durchgesehen. Das dauert höchstens eine halbe Minute.',
  lookingLabel: 'Die Ordner werden durchgesehen',
  stop: 'Abbrechen',
  failed: 'Die Vorschau wurde abgelehnt.',
  stale: 'Seitdem wurde etwas geändert. Diese Zahlen sind von vorher.',
  incompleteTitle: 'Es ist mehr da, als in dieser Zeit gezählt werden konnte.',
  incomplete: 'Die Zahlen sind der Stand bis dahin. Der Lauf selbst nimmt sich die Zeit, die er braucht.',
  problems: (n) => (n === 1 ? 'Das würde den Lauf anhalten:' : 'Das alles würde den Lauf anhalten:'),
  fine: 'Einem Lauf steht nichts im Weg.',
  empty: 'In diesen Ordnern sind keine Dateien.',
  inSources: 'In den Ordnern',
  toCopy: 'Wird kopiert',
  toDelete: 'Wird entfernt',
  excluded: 'Ausgelassen',
  free: 'Frei am Ziel',
  files,
  ofThere: (n) => `von ${files(n)} dort`,
  excludedNote: (n) => `${bytes(n)}, durch die Muster`,
  unknown: 'Nicht bekannt',
  unknownNote: 'das Ziel ist nicht einsehbar',
  nothing: 'Nichts',
  allThere: 'alles ist schon dort',
  roomLeft: (left) => `nach dem Lauf etwa ${bytes(left)}`,
  largest: (n) => (n === 1 ? 'Die größte Datei' : `Die ${count(n)} größten Dateien`),
  deleted: (shown, all) =>
    shown < all
      ? `Was entfernt wird: die ersten ${count(shown)} von ${files(all)}`
      : `Was entfernt wird: ${files(all)}`,
  ready: (n, size) => `Vorschau: ${files(n)}, ${bytes(size)}.`,
};
