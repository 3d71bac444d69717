import { listOf } from '../../lib/format.ts';
import type { Welcome } from '../en/welcome.ts';

export const welcome: Welcome = {
  title: 'Die erste Sicherung',
  titleAgain: 'Neue Sicherung',
  steps: 'Schritte',
  step: { what: 'Was', where: 'Wohin', when: 'Wann' },
  next: 'Weiter',
  back: 'Zurück',

  what: {
    title: 'Was soll sicher sein?',
    lead: 'Wählen Sie die Ordner, die Ihnen am meisten fehlen würden.',
    label: 'Ordner',
    other: 'Anderen Ordner wählen',
    pick: 'Ordner für die Sicherung wählen',
    action: 'Diesen Ordner sichern',
    missing: 'Bitte mindestens einen Ordner wählen.',
    gone: (folder) => `${folder} ist gerade nicht da. Wählen Sie ihn ab, oder schließen Sie sein Laufwerk an.`,
    whole: (name) => `Alles von ${name}`,
    within: (folder) => `Ist dabei: liegt in ${folder}.`,
    added: (folder) => `${folder} ist gewählt.`,
    none: 'Hier gibt es noch keine Ordner, die man üblicherweise sichert. Bitte selbst einen wählen.',
  },
  where: {
    title: 'Wohin sollen die Kopien?',
    lead: 'Am besten auf ein USB-Laufwerk: Es lässt sich abziehen und anderswo aufbewahren.',
    inside:
      'Die Kopien können nicht in einen Ordner, der selbst gesichert wird, und auch nicht um ihn herum. Bitte einen anderen wählen.',
    elsewhere: 'Stattdessen in eine Cloud oder auf einen anderen Rechner',
  },
  when: {
    title: 'Wann soll gesichert werden?',
    lead: 'Die erste Sicherung startet sofort. Danach läuft sie zu dieser Zeit von selbst.',
  },
  ready: {
    title: 'Bereit zum Start',
    name: 'Name der Sicherung',
    nameHint: 'So heißt sie auf dieser Seite.',
    nameMissing: 'Bitte der Sicherung einen Namen geben.',
    what: 'Was',
    where: 'Wohin',
    change: (what) => `Ändern: ${what}`,
    changeShort: 'Ändern',
    onDrive: (drive, folder) => (folder === '' ? drive : `${drive}, Ordner ${folder}`),
    counted: 'Was die erste Sicherung kopiert',
    start: 'Erste Sicherung starten',
    startAgain: 'Sicherung starten',
    starting: 'Wird gestartet …',
  },
  half: {
    noSchedule: (name) => `${name} ist gespeichert, aber ohne Zeitplan`,
    noRun: (name) => `${name} ist gespeichert, aber der erste Lauf ist nicht gestartet`,
    text: 'Es wurde noch nichts kopiert. Ein neuer Versuch macht hier weiter; die Sicherung wird nicht ein zweites Mal angelegt.',
    open: 'Sicherung öffnen',
  },
  unsure:
    'Das Gerät hat nicht rechtzeitig geantwortet. Ein neuer Versuch sieht zuerst nach, ob die Sicherung angelegt wurde.',
  names: { two: (names) => listOf(names), more: (first, n) => `${first} und ${n} weitere` },
};
