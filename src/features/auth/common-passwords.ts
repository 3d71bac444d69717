/** The commonest leaked passwords of twelve characters and more, lower-case: the first ones anybody tries. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  000000000000 0123456789ab 012345678910 0987654321qw 098765432112 111111111111 111111222222 112233445566 121212121212
  123123123123 123412341234 123456123456 1234567890-= 123456789000 123456789012 1234567890123 12345678901234
  123456789012345 1234567890123456 1234567890qwe 1234567890qwerty 123456789abc 123456789abcd 123456789asd 123456789qwe
  123456789qwerty 1234567891011 123456qwerty 123qwe123qwe 147258369147 147258369258 147852369147 159753456852
  1a2b3c4d5e6f 1q2w3e1q2w3e 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz1qaz1qaz 1qaz2wsx3edc 1qaz2wsx3edc4rfv 2wsx3edc4rfv
  987654321000 987654321012 999999999999 abc123abc123 abc123456789 abcd12345678 abcdefghijkl abcdefghijklm
  abcdefghijklmnopqrstuvwxyz adminadmin12 adminadmin123 adminadminadmin administrator administrator1 administrator123
  asdasdasdasd asdfasdfasdf asdfghjkl123 asdfghjkl1234 asdfghjkl;'\\ assassinscreed basketball12 basketball123 changemenow1
  changemenow! changeme1234 charlie12345 chocolate123 christopher1 computer1234 contrasena123 default12345 defaultpassword
  everybodylies fingerprint1 football1234 helloworld12 helloworld123 hello1234567 ihateyou1234 iloveyou1234 iloveyou12345
  iloveyou123456 iloveyousomuch iloveyouforever internet1234 jesuschrist1 justinbieber letmein12345 letmeinplease
  liverpool123 lovelovelove manchester123 manchesterunited masterpassword michaeljordan michael12345 minecraft123
  motherfucker mypassword12 mypassword123 p@ssw0rd1234 p@ssword1234 pa$$w0rd1234 passpasspass passw0rd1234 password0000
  password1111 password1212 password1231 password1234 password12345 password123456 password1234567 password12345678
  password123456789 password1password1 password2020 password2021 password2022 password2023 password2024 password2025
  password2026 password@123 password!123 password1234! passwordpassword princess1234 q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsxedc123
  qazwsxedcrfv qazwsxedcrfvtgb qwe123qwe123 qweasdzxc123 qweqweqweqwe qwer12345678 qwerasdfzxcv qwerty098765 qwerty123123
  qwerty123321 qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwerty1234567890 qwertyqwerty qwertyuiop[]
  qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopas qwertyuiopasdf qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm
  raspberrypi1 raspberrypi123 raspberry123 secret123456 skateboarding slipknot666666 spongebob123 starwars1234
  sunshine1234 superman1234 teamomucho123 temppassword thisisapassword trustno1trustno1 unbelievable welcome12345
  welcome123456 wordpass1234 zaq12wsxcde3 zaq1zaq1zaq1 zaq1xsw2cde3 zxcvbnm12345 zxcvbnm123456 zxcvbnmasdfghjkl
  `
    .trim()
    .split(/\s+/),
);
