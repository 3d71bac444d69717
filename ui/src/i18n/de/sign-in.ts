import type { SignIn, SignInStep } from '../en/sign-in.ts';

const googleProject: SignInStep = {
  text: 'Legen Sie in der Google-Cloud-Konsole ein Projekt an und schalten Sie darin die „Google Drive API“ ein.',
};
const googleConsent: SignInStep = {
  text: 'Füllen Sie unter „Google Auth Platform“ aus, was gefragt wird, und veröffentlichen Sie die App unter „Zielgruppe“: Solange sie im Test ist, beendet Google jede Anmeldung nach 7 Tagen.',
};
const microsoftApp: SignInStep = {
  text: 'Legen Sie in Microsoft Entra unter „App-Registrierungen“ eine neue Registrierung an. Für ein privates OneDrive wählen Sie Konten in beliebigen Organisationen und persönliche Microsoft-Konten.',
};
const microsoftWeb: SignInStep[] = [
  microsoftApp,
  { text: 'Wählen Sie als Umleitungs-URI „Web“ und geben Sie genau diese Adresse ein:', copy: true },
  {
    text: 'Legen Sie unter „Zertifikate & Geheimnisse“ einen geheimen Clientschlüssel an und kopieren Sie seinen Wert; die Client-ID steht in der Übersicht.',
  },
];

/** All that a sign-in says of itself when it fails, in English. */
const messages: Record<string, string> = {
  'Access was not allowed': 'Der Zugriff wurde nicht erlaubt.',
  'The sign-in was refused': 'Die Anmeldung wurde abgelehnt.',
  'Nobody signed in within the time. Start again.':
    'In der Zeit hat sich niemand angemeldet. Beginnen Sie noch einmal.',
  'Nobody entered the code within the time. Start again.':
    'In der Zeit hat niemand den Code eingegeben. Beginnen Sie noch einmal.',
  'The sign-in failed. Try again.': 'Die Anmeldung hat nicht geklappt. Versuchen Sie es noch einmal.',
  Cancelled: 'Abgebrochen.',
  'Signed out': 'Sie wurden inzwischen abgemeldet.',
  'The server stops. Start again.': 'Das Gerät wurde neu gestartet. Beginnen Sie noch einmal.',
  'The service does not answer. Try again later.': 'Der Dienst antwortet nicht. Versuchen Sie es später noch einmal.',
};

export const signIn: SignIn = {
  service: { google_drive: 'Google', onedrive: 'Microsoft' },
  lead: {
    google_drive:
      'Sie melden sich mit einer eigenen App-Registrierung an, so steht niemand zwischen diesem Gerät und Google.',
    onedrive:
      'Sie melden sich mit einer eigenen App-Registrierung an, so steht niemand zwischen diesem Gerät und Microsoft.',
  },
  way: 'Wie Sie sich anmelden',
  ways: {
    browser: { label: 'In diesem Browser anmelden', note: 'Ein neuer Tab öffnet sich und kommt von selbst zurück.' },
    paste: {
      label: 'In diesem Browser anmelden',
      note: 'Ein neuer Tab öffnet sich. Am Ende kopieren Sie seine Adresse in dieses Fenster.',
    },
    device: {
      label: 'Auf einem anderen Gerät anmelden',
      note: 'Sie bekommen einen Code und geben ihn auf einem Telefon oder Rechner ein.',
    },
  },
  stepsTitle: 'Woher die Client-ID kommt',
  steps: {
    google_drive: {
      browser: [
        googleProject,
        googleConsent,
        {
          text: 'Legen Sie unter „Clients“ einen Client vom Typ „Webanwendung“ mit genau dieser Weiterleitungsadresse an und kopieren Sie seine ID und sein Geheimnis:',
          copy: true,
        },
      ],
      paste: [
        googleProject,
        googleConsent,
        {
          text: 'Legen Sie unter „Clients“ einen Client vom Typ „Desktop-App“ an und kopieren Sie seine ID und sein Geheimnis.',
        },
      ],
      device: [
        googleProject,
        googleConsent,
        {
          text: 'Legen Sie unter „Clients“ einen Client vom Typ „Fernseher und Geräte mit begrenzter Eingabe“ an und kopieren Sie seine ID und sein Geheimnis.',
        },
      ],
    },
    onedrive: {
      browser: microsoftWeb,
      paste: microsoftWeb,
      device: [
        microsoftApp,
        { text: 'Erlauben Sie unter „Authentifizierung“ öffentliche Clientflows.' },
        { text: 'Kopieren Sie die Anwendungs-ID (Client) aus der Übersicht. Ein Geheimnis braucht es nicht.' },
      ],
    },
  },
  link: { google_drive: 'console.cloud.google.com öffnen', onedrive: 'entra.microsoft.com öffnen' },
  limited:
    'Bei dieser Anmeldung zeigt Google nur, was Dynamight selbst angelegt hat: Ein Ordner, den Sie vorher angelegt haben, wird nicht gefunden.',
  redirect: 'Weiterleitungsadresse',
  clientId: 'Client-ID',
  clientIdMissing: 'Bitte die Client-ID der App-Registrierung eingeben.',
  clientSecret: 'Client-Geheimnis',
  clientSecretMissing: 'Bitte das Client-Geheimnis der App-Registrierung eingeben.',
  more: 'Weitere Einstellungen',
  tenant: 'Mandant',
  tenantHint: 'Nur für die App-Registrierung einer einzelnen Organisation: ihre Domäne oder ID. Leer für alle Konten.',
  submit: 'Anmelden',
  busy: 'Wird angemeldet …',
  againTitle: (name) => `Neu anmelden: ${name}`,
  againLead:
    'Die gespeicherte App-Registrierung wird wieder verwendet. Sicherungen mit diesen Zugangsdaten laufen danach von selbst weiter.',
  otherClient: 'Eine andere App-Registrierung verwenden',
  otherClientNote: 'Zum Beispiel, weil ihr Geheimnis abgelaufen ist.',
  waiting: {
    title: (service) => `Bei ${service} anmelden`,
    browser: (service) =>
      `${service} hat sich in einem neuen Tab geöffnet. Melden Sie sich dort an und erlauben Sie den Zugriff; dieses Fenster merkt es von selbst.`,
    paste: (service) =>
      `${service} hat sich in einem neuen Tab geöffnet. Melden Sie sich dort an und erlauben Sie den Zugriff. Danach sagt der Tab, dass eine Seite nicht zu öffnen ist: Das ist richtig so. Kopieren Sie die ganze Adresse aus seiner Adresszeile und fügen Sie sie hier ein.`,
    pasted: 'Adresse des Tabs',
    pastedMissing: 'Fügen Sie die ganze Adresse ein, mit allem nach dem Fragezeichen.',
    pastedWrong:
      'Das ist nicht die Adresse, bei der diese Anmeldung endete. Kopieren Sie alles, es beginnt mit http://.',
    goOn: 'Weiter',
    goingOn: 'Wird geprüft …',
    open: 'Den Tab noch einmal öffnen',
    device: 'Öffnen Sie diese Adresse auf einem beliebigen Gerät und geben Sie den Code ein:',
    code: 'Code',
    until: (when) => `Der Code gilt bis ${when}.`,
    redirectOther:
      'Dieses Gerät ist unter einer anderen Adresse bekannt. Als Weiterleitungsadresse muss diese eingetragen sein:',
    waits: 'Wartet auf Ihre Anmeldung …',
  },
  failed: 'Die Anmeldung hat nicht geklappt.',
  gone: 'Das Gerät weiß nichts mehr von dieser Anmeldung. Beginnen Sie noch einmal.',
  said: (message) => messages[message] ?? message,
  editNote: 'Hier ändert sich nur der Name. Die Anmeldung selbst erneuern Sie in der Liste mit „Neu anmelden“.',
};
