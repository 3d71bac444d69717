import { count } from '../../lib/format.ts';
import type { OverruleWords } from '../en/overrule.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;

export const overrule: OverruleWords = {
  label: (job) => `${job} fragt, bevor es weitergeht`,
  title: {
    too_many_deletions: 'Vor dem Löschen angehalten',
    source_empty: 'Ein Quellordner ist leer',
    source_changed: 'Eine Quelle liegt auf einem anderen Datenträger',
    destination_changed: 'Das Ziel ist nicht mehr dasselbe',
  },
  action: {
    too_many_deletions: 'Dieses Löschen erlauben',
    source_empty: 'Mit dem leeren Ordner sichern',
    source_changed: 'Anderen Datenträger annehmen',
    destination_changed: 'An diesem Ziel neu beginnen',
  },
  until: (when) => `Sie können bis ${when} entscheiden.`,
  expired:
    'Die sieben Tage zum Bestätigen sind vorbei. Starten Sie die Sicherung noch einmal: Findet sie dasselbe, fragt sie wieder.',
  running: 'Diese Sicherung läuft gerade. Es gilt, was sie jetzt vorfindet.',
  started: (job) => `${job} wurde mit Ihrer Bestätigung gestartet.`,
  look: 'Lauf ansehen',
  list: {
    show: 'Dateien zeigen',
    hide: 'Dateien verbergen',
    label: 'Dateien, die am Ziel gelöscht würden',
    all: (n) => `${files(n)} am Ziel`,
    first: (n) => `Die ersten ${files(n)}; beim Blättern kommen weitere.`,
    none: 'Die Liste dieses Laufs konnte nicht aufgehoben werden. Starten Sie die Sicherung noch einmal, um sie zu sehen.',
    top: 'ganz oben',
  },
  confirm: {
    title: {
      too_many_deletions: (n, more) => {
        if (n === null) return 'Die Dateien der Liste am Ziel löschen?';
        return more ? `Mehr als ${files(n)} am Ziel löschen?` : `${files(n)} am Ziel löschen?`;
      },
      source_empty: 'Mit dem leeren Ordner sichern?',
      source_changed: 'Den anderen Datenträger annehmen?',
      destination_changed: 'An diesem Ziel neu beginnen?',
    },
    once: 'Das gilt einmal und genau für diesen Befund. Findet der nächste Lauf etwas anderes, hält er an und fragt wieder.',
    does: 'Die Sicherung läuft jetzt. Sie',
    stays: 'Das bleibt',
  },
  does: {
    deletesListed: 'löscht am Ziel genau die Dateien dieser Liste, endgültig.',
    keepsListed: 'verschiebt genau die Dateien dieser Liste in den Verlauf am Ziel.',
    copiesAsAlways: 'kopiert Neues und Geändertes, wie bei jedem Lauf.',
    takesEmpty: 'nimmt den leeren Ordner so, wie er ist.',
    deletesCopyOfEmpty:
      'löscht die frühere Kopie dieses Ordners am Ziel. Sind das 20 Dateien oder mehr und mehr, als sie auf einmal löschen darf, hält sie vorher an und zeigt die Liste.',
    takesDisk: 'nimmt die Dateien des Datenträgers, der jetzt da ist, und merkt sich diesen Datenträger.',
    deletesMissing:
      'löscht am Ziel, was dieser Datenträger nicht hat. Sind das 20 Dateien oder mehr und mehr, als sie auf einmal löschen darf, hält sie vorher an und zeigt die Liste.',
    claims: 'schreibt ihre Aufzeichnungen an dieses Ziel und beginnt dort eine neue Kette von Versionen.',
    copiesAnew: 'kopiert alles, was dort noch nicht liegt.',
    replaces: 'ersetzt gleichnamige Dateien in den Ordnern dieser Sicherung.',
    deletesForeign:
      'löscht in den Ordnern dieser Sicherung, was die Quellen nicht haben. Sind das 20 Dateien oder mehr und mehr, als sie auf einmal löschen darf, hält sie vorher an und zeigt die Liste.',
    forReal: 'läuft wirklich: Angehalten hatte ein Probelauf.',
  },
  stays: {
    sources: 'Ihre Quellordner: Kein Lauf ändert sie.',
    otherFiles: 'Alle anderen Dateien am Ziel.',
    copyOfEmpty: 'Die frühere Kopie dieses Ordners am Ziel.',
    copies: 'Die Dateien am Ziel, die dieser Datenträger nicht hat.',
    outside: 'Was außerhalb der Ordner dieser Sicherung liegt.',
    before: 'Das bisherige Ziel, wo immer es jetzt ist.',
  },
};
