import { bytes, count, percent } from '../../lib/format.ts';
import type { Editor, FieldWords } from '../en/editor.ts';
import { fieldWords } from './provider-fields.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;

/** Sent in English by the box; those it does not know yet are shown as they are sent. */
const fields: Record<string, FieldWords> = {
  bucket: { label: 'Bucket', help: '' },
  prefix: { label: 'Präfix', help: 'Ordner im Bucket, zum Beispiel backups/server1/' },
  region: { label: 'Region', help: 'Zum Beispiel us-east-1; Dienste ohne Regionen nehmen jede an' },
  endpoint: { label: 'Endpunkt', help: 'Adresse eines S3-kompatiblen Dienstes; leer für AWS' },
  storage_class: {
    label: 'Speicherklasse',
    help: 'Klassen, die vor dem Lesen aufgetaut werden müssen, fehlen hier: Dort ließe sich nichts sofort prüfen oder wiederherstellen',
  },
  folder_id: { label: 'Ordner', help: 'Der letzte Teil der Adresse des Ordners im Browser, oder „root“' },
  shared_drive_id: { label: 'Geteilte Ablage', help: 'ID der geteilten Ablage, in der der Ordner liegt' },
  folder_path: { label: 'Ordner', help: 'Zum Beispiel /Backups' },
  drive_id: { label: 'Laufwerk', help: 'ID des Laufwerks; leer für das eigene' },
  host: { label: 'Rechner', help: 'Name oder Adresse des SSH-Servers' },
  port: { label: 'Port', help: '' },
  remote_path: { label: 'Ordner', help: 'Zum Beispiel /backups' },
  key_based_auth: { label: 'Mit einem Schlüssel anmelden', help: '' },
  url: { label: 'Adresse', help: 'Zum Beispiel https://cloud.example.com/remote.php/dav/files/anna' },
};

export const editor: Editor = {
  title: 'Neue Sicherung',
  newLead: 'Legen Sie fest, was gesichert wird, wohin und wann.',
  edit: (name) => `${name} bearbeiten`,
  backToJobs: 'Sicherungen',
  failed: 'Diese Sicherung konnte nicht geladen werden.',
  goneTitle: 'Diese Sicherung gibt es nicht',
  gone: 'Vielleicht wurde sie gelöscht.',

  create: 'Sicherung anlegen',
  save: 'Speichern',
  unsaved: 'Noch nicht gespeichert',
  created: (name, to) => `${name} ist gespeichert. Das Ziel ist ${to}.`,
  saved: (name) => `${name} ist gespeichert.`,
  savedRunning: (name) => `${name} ist gespeichert. Der laufende Lauf geht so weiter, wie er begonnen hat.`,
  open: 'Ansehen',
  refused: 'Es wurde nicht gespeichert.',
  checkFields: (n) => (n === 1 ? 'Ein Feld stimmt noch nicht.' : `${count(n)} Felder stimmen noch nicht.`),
  scheduleTrouble: (name) => `${name} ist gespeichert, aber nicht alles daran, wann sie läuft:`,
  scheduleNone:
    'Sie läuft noch nicht von selbst. Sie lässt sich von Hand starten; oder ändern Sie die Zeit und speichern Sie noch einmal.',
  scheduleSome: 'Ändern Sie die Zeit und speichern Sie noch einmal, oder lassen Sie es so.',
  running: 'Diese Sicherung läuft gerade. Was hier geändert wird, gilt ab dem nächsten Lauf.',
  changedElsewhere:
    'Diese Sicherung wurde anderswo geändert, während sie hier offen ist. Speichern ersetzt diese Änderungen, neu laden verwirft die hiesigen.',
  loadAgain: 'Neu laden',
  leave: {
    title: 'Ohne Speichern verlassen?',
    text: 'Was hier geändert wurde, geht verloren.',
    action: 'Verlassen',
  },

  what: {
    title: 'Name',
    name: 'Name',
    nameHint: (suggested) =>
      suggested === '' ? 'Wie diese Sicherung heißt.' : `Leer gelassen heißt sie „${suggested}“.`,
    description: 'Beschreibung',
    more: (n) => `${count(n)} weitere`,
  },
  folders: {
    title: 'Was gesichert wird',
    label: 'Ordner',
    hint: 'Alles darin wird kopiert, mit allen Ordnern darunter.',
    missing: 'Wählen Sie mindestens einen Ordner.',
  },
  where: {
    title: 'Wohin',
    kind: 'Art des Ziels',
    place: (kind) =>
      kind === 'local'
        ? { name: 'Ein Laufwerk oder Ordner dieses Geräts', note: 'USB-Laufwerke, Festplatten, eingehängte Freigaben' }
        : undefined,
    notYet: (names) => `In dieser Version noch nicht möglich: ${names}.`,
    cannotRun: (name) =>
      `Diese Version kann noch nicht nach ${name} sichern: Ein Lauf schlägt fehl und sagt es. Die Einstellungen lassen sich trotzdem ändern.`,
    missing: 'Wählen Sie ein Laufwerk oder einen Ordner.',
    failed: 'Die Felder dieses Ziels konnten nicht geladen werden.',
    field: (kind, name) => fields[name] ?? fieldWords(kind, name),
    fieldMissing: 'Dieses Feld wird gebraucht.',
    notWhole: 'Hier gehört eine ganze Zahl hin.',
    advanced: 'Weitere Einstellungen',
    listHint: 'Je Zeile eines.',
    credential: 'Anmelden mit',
    choose: 'Zugangsdaten wählen',
    credentialHint: 'Auf diesem Gerät verschlüsselt aufbewahrt.',
    credentialNone: (name) => `Für ${name} gibt es noch keine Zugangsdaten.`,
    credentialAdd: 'Zugangsdaten hinzufügen',
    credentialMissing: 'Wählen Sie die Zugangsdaten für die Anmeldung.',
    credentialGone: 'Zugangsdaten, die es nicht mehr gibt',
    secretTitle: 'Das Geheimnis noch einmal',
    secretLead:
      'Die Adresse des Ziels wurde geändert. Damit ein Geheimnis nie an Fremde geht, geben Sie es noch einmal ein; es muss das gespeicherte sein.',
    secretWrong: 'Das ist nicht das gespeicherte Geheimnis. Geben Sie alles so ein, wie es gespeichert wurde.',
    test: 'Verbindung testen',
    testing: 'Wird getestet …',
    testWorks: 'Die Verbindung steht.',
    testFails: 'Die Verbindung kommt nicht zustande.',
    testAbsent: 'Diese Version kann Verbindungen noch nicht testen.',
  },
  when: {
    title: 'Wann',
    byItself: 'Läuft von selbst',
    byItselfNote:
      'Ausgeschaltet startet sie kein Zeitplan und kein angestecktes Laufwerk. Von Hand lässt sie sich weiter starten.',
    none: 'Sie läuft nur, wenn jemand sie startet.',
    add: 'Zeit hinzufügen',
    addAnother: 'Weitere Zeit hinzufügen',
    byHand: 'Nur von Hand',
    paused: 'Ausgeschaltet',
    off: 'Läuft nicht, solange die Sicherung ausgeschaltet ist.',
    next: 'Nächster Lauf:',
    isNew: 'Neu, gilt nach dem Speichern',
    changed: 'Geändert, gilt nach dem Speichern',
    active: 'An',
    activeOf: (words) => `An: ${words}`,
    change: 'Ändern',
    changeOf: (words) => `Ändern: ${words}`,
    done: 'Fertig',
    remove: 'Entfernen',
    removeOf: (words) => `Entfernen: ${words}`,
  },
  exclude: {
    title: 'Was ausgelassen wird',
    label: 'Muster',
    hint: 'Je Zeile eines. „*.tmp“ lässt Dateien nach ihrem Namen aus, „cache/“ Ordner, „/alt“ nur, was ganz oben liegt.',
    often: 'Oft ausgelassen',
    add: (pattern) => `${pattern} hinzufügen`,
    suggestions: {
      trash: 'Papierkörbe',
      temporary: 'Temporäre Dateien',
      caches: 'Zwischenspeicher',
      system: 'Dateien von Windows und macOS',
      code: 'Pakete von Programmen',
    },
    test: 'Muster ausprobieren',
    testAgain: 'Noch einmal ausprobieren',
    testing: 'Der Ordner wird durchgesehen. Das dauert höchstens eine halbe Minute.',
    testingLabel: 'Der Ordner wird durchgesehen',
    stop: 'Abbrechen',
    folder: 'Ausprobieren in',
    noSources: 'Wählen Sie zuerst einen Ordner zum Sichern.',
    failed: 'Die Muster konnten nicht ausprobiert werden.',
    stale: 'Die Muster wurden seitdem geändert.',
    incomplete: 'Die Zeit war um: Das ist der Stand bis dahin.',
    sum: (out, size, kept) => `${files(out)} ausgelassen (${bytes(size)}), ${files(kept)} behalten.`,
    caption: 'Was jedes Muster auslässt',
    outOf: (n, size) => `${files(n)}, ${bytes(size)}`,
    onlyFolders: 'Ordner ohne Dateien',
    matchNothing: 'Auf nichts hier passen:',
    matchNothingYet: 'Bisher auf nichts passten:',
    moreExamples: 'Weitere Beispiele',
    morePatterns: (n) => `${count(n)} weitere Muster werden nicht gezeigt.`,
  },
  how: {
    title: 'Wie',
    delete: 'Am Ziel entfernen, was es hier nicht mehr gibt',
    deleteNote:
      'Was hier gelöscht oder verschoben wird, wird beim nächsten Lauf auch in der Sicherung gelöscht. Ausgeschaltet behält die Sicherung jede Datei, die sie je bekam.',
    deleteKept:
      'Was hier gelöscht wird, verlässt beim nächsten Lauf die Sicherung. Mit der Einstellung darunter wird es beiseitegelegt.',
    maxDelete: 'Anhalten, wenn mehr als dieser Anteil entfernt würde',
    maxDeleteHint: (share) =>
      share === null
        ? 'Von 0 bis 100.'
        : share >= 1
          ? 'Nie, außer wenn alles verschwinden würde: Dann hält der Lauf an und fragt.'
          : `Würde ein Lauf mindestens 20 Dateien und mehr als ${percent(share)} von allen entfernen, hält er an und fragt. Bevor alles verschwindet, fragt er immer.`,
    maxDeleteWrong: 'Geben Sie eine ganze Zahl von 0 bis 100 ein.',
    history: 'Ersetzte und entfernte Dateien behalten',
    historyNote:
      'Sie kommen am Ziel in den versteckten Ordner .dynamight/history, als gewöhnliche Dateien. Noch räumt sie nichts von selbst auf; sie brauchen also immer mehr Platz.',
    checksum: 'Nach Inhalt vergleichen',
    checksumNote:
      'Liest bei jedem Lauf jede Datei auf beiden Seiten. Viel langsamer; findet Änderungen, die Größe und Zeit nicht verraten.',
    limit: 'Höchstgeschwindigkeit',
    limitHint: (perSecond) =>
      perSecond === null ? 'Leer für volle Geschwindigkeit.' : `Das sind ${bytes(perSecond)} je Sekunde.`,
    limitWrong: 'Geben Sie eine ganze Zahl ab 1 ein, oder nichts für volle Geschwindigkeit.',
    limitUnit: 'KiB/s',
    more: 'Weitere Einstellungen',
    verbosity: 'Wie viel das Protokoll erzählt',
    verbosities: {
      quiet: 'Anfang, Ende und Probleme',
      normal: 'Auch jede kopierte oder entfernte Datei',
      verbose: 'Auch Dateien, die sich nicht geändert haben',
    },
    dryRun: 'Nur proben',
    dryRunNote:
      'Jeder Lauf sagt, was er tun würde, und kopiert nichts. Solange das eingeschaltet ist, gibt es keine Sicherung.',
    dryRunWarning: 'Diese Sicherung probt nur: Nichts wird kopiert.',
    acknowledged: 'Dateien, deren Fehler nur eine Warnung ist',
    acknowledgedNote: 'Lässt sich eine davon nicht kopieren, gilt der Lauf trotzdem als vollständig.',
    acknowledgedRemove: (path) => `${path} von dieser Liste nehmen`,
    acknowledgedMore: (n) => `und ${count(n)} weitere`,
  },
  look: {
    title: 'Vorschau',
    notYet: 'Wählen Sie zuerst Ordner und ein Ziel.',
  },
};
