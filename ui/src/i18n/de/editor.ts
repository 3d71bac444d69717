import { bytes, count, percent } from '../../lib/format.ts';
import type { Editor } from '../en/editor.ts';
import { choiceWords, fieldWords, kindWords } from './provider-fields.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;

/** All that the test of a connection ever says, in English. */
const testMessages: Record<string, string> = {
  'Access denied: invalid credentials': 'Die Anmeldung wurde abgelehnt. Prüfen Sie die Zugangsdaten.',
  'The sign-in is no longer valid. Sign in again.': 'Die Anmeldung gilt nicht mehr. Melden Sie sich neu an.',
  'The server shows another host key than before. Nothing was sent to it.':
    'Der Server zeigt einen anderen Schlüssel als bisher. Es wurde nichts gesendet.',
  "The server's certificate is not trusted. Nothing was sent to it.":
    'Dem Zertifikat des Servers wird nicht vertraut. Es wurde nichts gesendet.',
  'The service refuses our time. Set the clock of this box.':
    'Der Dienst lehnt die Uhrzeit ab. Stellen Sie die Uhr dieses Geräts.',
  'The folder or bucket is not there': 'Der Ordner oder Bucket ist nicht da.',
  'The storage is full': 'Der Speicher ist voll.',
  'This address is never a destination': 'Diese Adresse ist nie ein Ziel.',
  'The destination can only be read': 'Das Ziel lässt sich nur lesen.',
  'The server cannot be reached': 'Der Server ist nicht zu erreichen.',
  'The server does not answer': 'Der Server antwortet nicht.',
  'The service asks to wait. Try again in a few minutes.':
    'Der Dienst bittet zu warten. Versuchen Sie es in ein paar Minuten noch einmal.',
  'The service is not available at the moment. Try again later.':
    'Der Dienst ist gerade nicht verfügbar. Versuchen Sie es später noch einmal.',
  'A test file came back different from how it was written':
    'Eine Testdatei kam anders zurück, als sie geschrieben war.',
  'Something else lies where the folder is to be': 'Wo der Ordner hin soll, liegt etwas anderes.',
  'Signed in, but writing, reading or deleting there is not allowed':
    'Die Anmeldung klappt, aber Schreiben, Lesen oder Löschen ist dort nicht erlaubt.',
  'The service does not take this name': 'Der Dienst nimmt diesen Namen nicht an.',
  'The service does not take a file of this size': 'Der Dienst nimmt keine Datei dieser Größe an.',
  'Somebody else is writing there. Try again.': 'Jemand anderes schreibt gerade dort. Versuchen Sie es noch einmal.',
  'The test file could not be read': 'Die Testdatei ließ sich nicht lesen.',
  'What answers there does not speak as this kind of storage should. Check the address.':
    'Was dort antwortet, ist kein Speicher dieser Art. Prüfen Sie die Adresse.',
  'The service cannot do what backups need': 'Der Dienst kann nicht, was Sicherungen brauchen.',
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
    place: kindWords,
    missing: 'Wählen Sie ein Laufwerk oder einen Ordner.',
    failed: 'Die Felder dieses Ziels konnten nicht geladen werden.',
    field: fieldWords,
    choice: choiceWords,
    fieldMissing: 'Dieses Feld wird gebraucht.',
    notWhole: 'Hier gehört eine ganze Zahl hin.',
    advanced: 'Weitere Einstellungen',
    listHint: 'Je Zeile eines.',
    credential: 'Anmelden mit',
    choose: 'Zugangsdaten wählen',
    credentialHint: 'Auf diesem Gerät verschlüsselt aufbewahrt.',
    credentialNone: (name) => `Für ${name} gibt es noch keine Zugangsdaten.`,
    credentialAdd: 'Zugangsdaten hinzufügen',
    credentialManage: 'Zugangsdaten verwalten',
    credentialMissing: 'Wählen Sie die Zugangsdaten für die Anmeldung.',
    credentialGone: 'Zugangsdaten, die es nicht mehr gibt',
    secretTitle: 'Das Geheimnis noch einmal',
    secretLead:
      'Die Adresse des Ziels wurde geändert, oder das Zertifikat, an dem es erkannt wird. Damit ein Geheimnis nie an Fremde geht, geben Sie es noch einmal ein; es muss das gespeicherte sein.',
    secretWrong: 'Das ist nicht das gespeicherte Geheimnis. Geben Sie alles so ein, wie es gespeichert wurde.',
    test: 'Verbindung testen',
    testing: 'Wird getestet …',
    testWorks: 'Die Verbindung steht: Eine kleine Datei wurde geschrieben, gelesen und wieder gelöscht.',
    testFails: 'Die Verbindung kommt nicht zustande.',
    testSaid: (message) => testMessages[message] ?? message,
    told: {
      server: 'Server',
      bucket: 'Bucket',
      prefix: 'Präfix',
      region: 'Region',
      fingerprint: 'Schlüssel des Servers',
      key_type: 'Art des Schlüssels',
      user: 'Benutzer',
      account: 'Konto',
      name: 'Name',
      kind: 'Art',
      drive: 'Laufwerk',
      shared_drive: 'Geteilte Ablage',
      folder: 'Ordner',
      folder_exists: 'Der Ordner ist da',
      encrypted: 'Unterwegs verschlüsselt',
      keeps_times: 'Behält die Zeiten der Dateien',
      total_bytes: 'Platz insgesamt',
      free_bytes: 'Freier Platz',
    },
    toldYes: 'Ja',
    toldNo: 'Nein',
    toldNotYet: 'Noch nicht, der erste Lauf legt ihn an',
    hostKey: {
      open: 'Den neuen Schlüssel ansehen',
      title: 'Der Server zeigt einen anderen Schlüssel',
      text: 'Jeder Server weist sich mit einem eigenen Schlüssel aus. Dieser zeigt einen anderen als bisher. Das ist in Ordnung, wenn er neu eingerichtet wurde oder einen neuen Schlüssel bekam. Wenn nicht, steht vielleicht jemand dazwischen und will an Ihre Dateien.',
      compare:
        'Vergleichen Sie den neuen Fingerabdruck mit dem, den der Server selbst zeigt, zum Beispiel dort mit diesem Befehl:',
      host: 'Server',
      before: 'Schlüssel bisher',
      now: 'Schlüssel jetzt',
      unknown: 'nicht bekannt',
      action: 'Den neuen Schlüssel annehmen',
      accepted: 'Der neue Schlüssel ist angenommen.',
    },
    certificate: {
      open: 'Das Zertifikat ansehen',
      title: 'Dieses Zertifikat ist nicht als gut bekannt',
      titleChanged: 'Der Server zeigt ein anderes Zertifikat',
      text: 'Niemand, den dieses Gerät kennt, bürgt für das Zertifikat des Servers. Bei einem eigenen Server ist das üblich. Ist es nicht Ihrer, steht vielleicht jemand dazwischen und will an Ihre Dateien.',
      textChanged:
        'Das Ziel vertraut einem bestimmten Zertifikat, und der Server zeigt ein anderes. Das ist in Ordnung, wenn er ein neues bekam. Wenn nicht, steht vielleicht jemand dazwischen und will an Ihre Dateien.',
      fingerprint: 'Fingerabdruck (SHA-256)',
      pinned: 'Bisher vertraut',
      subject: 'Ausgestellt für',
      issuer: 'Ausgestellt von',
      until: 'Gültig bis',
      compare: 'Vergleichen Sie den Fingerabdruck mit dem, den der Server selbst zeigt, bevor Sie ihm vertrauen.',
      action: 'Diesem Zertifikat vertrauen',
      trusted: 'Dieses Ziel vertraut dem Zertifikat. Speichern Sie die Sicherung, damit es so bleibt.',
    },
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
