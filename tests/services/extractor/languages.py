# ruff: noqa: E501 (sentences)
"""The words of the labelled pages (non_articles.py), in eight languages and four scripts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a paper in one language says on its pages."""

    rubric: str
    nav: tuple[str, ...]
    titles: tuple[str, str, str, str]
    sentences: tuple[str, ...]
    privacy: str
    consent: tuple[str, ...]
    offer: tuple[str, ...]
    missing: str
    sorry: tuple[str, ...]
    imprint: tuple[str, ...]
    credit: str


LANGUAGES = {
    "en": Words(
        "Politics", ("Home", "World", "Sport"),
        ("Bridge opens after nine years of work", "Council wants to know why the costs rose", "Ferry makes its last crossing",
         "Town counts the days until the buses run"),
        ("The new bridge over the river was opened on Monday morning after nine years of work and three changes of plan.",
         "Hundreds of people walked across it within the first hour, many with children who had never known the place without cranes.",
         "The mayor thanked the engineers, who had worked through two floods, a strike and the bankruptcy of a steelworks.",
         "Buses will use the bridge from Tuesday, private cars from the end of the week, and lorries not before the summer."),
        "We value your privacy",
        ("We and our 842 partners store cookies on your device and process personal data for advertising.",
         "Please accept all cookies, or change your consent in the privacy settings; refusing costs a subscription.",
         "With your consent we may use tracking to measure advertisements. You can withdraw consent at any time."),
        ("Subscribe now to continue reading", "Already a subscriber? Sign in to read this article."), "Page not found",
        ("Sorry, the page you were looking for does not exist or has been moved.",
         "Check the address for typing errors, go back to our home page, or try the search. If you think that this is our mistake, "
         "please write to us, and tell us which link has brought you to this place; we are going to look after it."),
        ("© The Paper Ltd. All rights reserved.", "Registered in England under number 1234567. Registered office: 1 Bridge Street.",
         "Terms of use, privacy policy, advertise with us, careers, contact, archive, corrections, newsletters, help centre, "
         "accessibility, complaints, modern slavery statement, licences, syndication, photo sales, weather and puzzles."), "Picture",
    ),
    "de": Words(
        "Politik", ("Start", "Welt", "Sport"),
        ("Brücke nach neun Jahren Bauzeit eröffnet", "Stadtrat fragt nach den Kosten der Brücke", "Die Fähre fährt ein letztes Mal",
         "Die Stadt zählt die Tage bis zum ersten Bus"),
        ("Die neue Brücke über den Fluss ist am Montagmorgen nach neun Jahren Bauzeit und drei Planänderungen eröffnet worden.",
         "Hunderte gingen schon in der ersten Stunde hinüber, viele mit Kindern, die den Ort ohne Kräne gar nicht kannten.",
         "Die Bürgermeisterin dankte den Ingenieuren, die zwei Hochwasser und einen Streik überstanden hatten, für ihre Geduld.",
         "Vom Dienstag an fahren Busse über die Brücke, Autos vom Ende der Woche an, und Lastwagen nicht vor dem Sommer."),
        "Ihre Privatsphäre",
        ("Wir und unsere 842 Partner speichern Cookies auf Ihrem Gerät und verarbeiten personenbezogene Daten für Werbung.",
         "Bitte alle Cookies akzeptieren oder werbefrei im Abo lesen; Einzelheiten in der Datenschutzerklärung.",
         "Ihre Zustimmung zum Tracking können Sie jederzeit widerrufen. Ohne Einwilligung bleibt nur das werbefreie Angebot."),
        ("Jetzt abonnieren und weiterlesen", "Sie haben schon ein Abo? Hier anmelden."), "Seite nicht gefunden",
        ("Die gesuchte Seite gibt es nicht, oder sie ist umgezogen.",
         "Prüfen Sie die Adresse auf Tippfehler, gehen Sie zurück zur Startseite oder benutzen Sie die Suche. Wenn Sie meinen, dass "
         "der Fehler bei uns liegt, schreiben Sie uns bitte, welcher Link Sie hierher geführt hat."),
        ("© Die Zeitung GmbH. Alle Rechte vorbehalten.", "Amtsgericht Musterstadt, HRB 12345, vertreten durch die Geschäftsführung.",
         "Impressum, Datenschutz, Mediadaten, Karriere, Kontakt, Archiv, Newsletter, Hilfe, Barrierefreiheit, Nutzungsbedingungen, "
         "Abo kündigen, Rechte und Lizenzen, Fotos kaufen, Wetter und Rätsel, Veranstaltungen, Anzeigen aufgeben, Trauer."), "Bild",
    ),
    "fr": Words(
        "Politique", ("Accueil", "Monde", "Sport"),
        ("Le pont ouvre après neuf ans de travaux", "Le conseil s'interroge sur le coût du pont", "Dernière traversée pour le bac",
         "La ville compte les jours avant les premiers bus"),
        ("Le nouveau pont sur le fleuve a été ouvert lundi matin après neuf ans de travaux et trois changements de plan.",
         "Des centaines de personnes l'ont traversé dès la première heure, souvent avec des enfants qui n'avaient connu que les grues.",
         "La maire a remercié les ingénieurs, qui ont travaillé malgré deux crues, une grève et la faillite d'une aciérie.",
         "Les bus emprunteront le pont dès mardi, les voitures à la fin de la semaine, et les camions pas avant l'été."),
        "Votre vie privée",
        ("Nous et nos 842 partenaires déposons des cookies sur votre appareil et traitons vos données pour la publicité.",
         "Vous pouvez tout accepter, ou gérer vos cookies et votre consentement dans la politique de confidentialité.",
         "Avec votre consentement nous mesurons la publicité. Refuser les cookies suppose un abonnement, sans tracking."),
        ("Abonnez-vous pour lire la suite", "Il vous reste 85 % de cet article à lire, réservé aux abonnés."), "Page introuvable",
        ("La page que vous cherchez n'existe pas ou a été déplacée.",
         "Vérifiez l'adresse, revenez à la page d'accueil ou utilisez la recherche. Si vous pensez que l'erreur vient de nous, "
         "écrivez-nous en précisant le lien qui vous a mené ici, et nous ferons le nécessaire."),
        ("© Le Journal SA. Tous droits réservés.", "Société anonyme au capital de 10 000 euros, immatriculée sous le numéro 1234567.",
         "Mentions légales, politique de confidentialité, publicité, carrières, contact, archives, lettres d'information, aide, "
         "accessibilité, conditions générales, gestion des droits, vente de photos, météo, jeux, annonces, carnet du jour."), "Photo",
    ),
    "es": Words(
        "Política", ("Portada", "Mundo", "Deportes"),
        ("El puente se abre tras nueve años de obras", "El concejo pregunta por el coste del puente", "Último viaje de la barca",
         "La ciudad cuenta los días hasta el primer autobús"),
        ("El nuevo puente sobre el río se abrió el lunes por la mañana tras nueve años de obras y tres cambios de proyecto.",
         "Cientos de personas lo cruzaron en la primera hora, muchas con niños que nunca habían visto el lugar sin grúas.",
         "La alcaldesa agradeció a los ingenieros su trabajo, que superó dos crecidas, una huelga y la quiebra de una acería.",
         "Los autobuses usarán el puente desde el martes, los coches al final de la semana y los camiones no antes del verano."),
        "Tu privacidad",
        ("Nosotros y nuestros 842 socios guardamos cookies en tu dispositivo y tratamos datos personales para la publicidad.",
         "Puedes aceptar todas las cookies o cambiar tu consentimiento en la política de privacidad cuando quieras.",
         "Con tu consentimiento medimos los anuncios. Rechazar las cookies exige suscribirse, sin publicidad personalizada."),
        ("Suscríbete para seguir leyendo", "¿Ya eres suscriptor? Inicia sesión."), "Página no encontrada",
        ("La página que buscas no existe o ha cambiado de lugar.",
         "Comprueba la dirección, vuelve a la portada o utiliza el buscador. Si crees que el error es nuestro, escríbenos y dinos qué "
         "enlace te ha traído hasta aquí, para que podamos arreglarlo cuanto antes."),
        ("© El Diario S.L. Todos los derechos reservados.", "Inscrita en el registro mercantil con el número 1234567, calle del Puente 1.",
         "Aviso legal, política de privacidad, publicidad, empleo, contacto, hemeroteca, boletines, ayuda, accesibilidad, condiciones "
         "de uso, gestión de derechos, venta de fotos, el tiempo, pasatiempos, anuncios clasificados, esquelas, mapa del sitio."), "Foto",
    ),
    "pl": Words(
        "Polityka", ("Start", "Świat", "Sport"),
        ("Most otwarty po dziewięciu latach budowy", "Rada pyta o koszty budowy mostu", "Ostatni rejs promu przez rzekę",
         "Miasto liczy dni do pierwszego autobusu"),
        ("Nowy most na rzece otwarto w poniedziałek rano po dziewięciu latach budowy i trzech zmianach projektu.",
         "Setki osób przeszły po nim już w pierwszej godzinie, wiele z dziećmi, które nie znały tego miejsca bez dźwigów.",
         "Burmistrz podziękowała inżynierom, którzy pracowali mimo dwóch powodzi, strajku i upadłości huty stali.",
         "Autobusy pojadą mostem od wtorku, samochody osobowe od końca tygodnia, a ciężarówki nie wcześniej niż latem."),
        "Twoja prywatność",
        ("My i nasi 842 partnerzy zapisujemy pliki cookie na Twoim urządzeniu i przetwarzamy dane osobowe dla celów reklamy.",
         "Możesz zaakceptować wszystkie cookies albo zmienić zgodę w ustawieniach; szczegóły w polityce prywatności.",
         "Zgodę na cookies można wycofać w każdej chwili. Bez zgody potrzebna jest prenumerata bez reklam, zgodnie z RODO."),
        ("Wykup prenumeratę, aby czytać dalej", "Masz już prenumeratę? Zaloguj się."), "Nie znaleziono strony",
        ("Strona, której szukasz, nie istnieje albo została przeniesiona.",
         "Sprawdź adres, wróć na stronę główną albo skorzystaj z wyszukiwarki. Jeżeli sądzisz, że to nasz błąd, napisz do nas, który "
         "odnośnik przyprowadził Cię w to miejsce, a postaramy się go poprawić."),
        ("© Gazeta Sp. z o.o. Wszelkie prawa zastrzeżone.", "Zarejestrowana pod numerem 1234567, siedziba: ulica Mostowa 1.",
         "Regulamin, polityka prywatności, reklama, praca, kontakt, archiwum, biuletyny, pomoc, dostępność, licencje, sprzedaż zdjęć, "
         "pogoda, krzyżówki, ogłoszenia drobne, nekrologi, mapa strony, redakcja, prenumerata, zgłoś błąd, ustawienia."), "Zdjęcie",
    ),
    "ru": Words(
        "Политика", ("Главная", "Мир", "Спорт"),
        ("Мост открыли после девяти лет строительства", "Совет спросил о цене нового моста", "Паром сделал последний рейс",
         "Город считает дни до первого автобуса"),
        ("Новый мост через реку открыли утром в понедельник после девяти лет строительства и трёх изменений проекта.",
         "Сотни людей прошли по нему уже в первый час, многие с детьми, которые никогда не видели этого места без кранов.",
         "Мэр поблагодарила инженеров, которые работали, несмотря на два наводнения, забастовку и банкротство завода.",
         "Автобусы поедут по мосту со вторника, легковые машины с конца недели, а грузовики не раньше начала лета."),
        "Ваша конфиденциальность",
        ("Мы и 842 наших партнёра сохраняем файлы cookie на вашем устройстве и обрабатываем персональные данные для рекламы.",
         "Примите все файлы cookie или измените согласие в настройках; подробности в политике конфиденциальности.",
         "Согласие на использование cookies можно отозвать в любое время. Без согласия доступна только подписка без рекламы."),
        ("Оформите подписку, чтобы читать дальше", "Уже подписаны? Войдите."), "Страница не найдена",
        ("Страницы, которую вы ищете, нет, или она переехала.",
         "Проверьте адрес, вернитесь на главную страницу или воспользуйтесь поиском. Если вы думаете, что ошибка наша, напишите нам, "
         "какая ссылка привела вас сюда, и мы постараемся её исправить в ближайшее время."),
        ("© ООО «Газета». Все права защищены.", "Зарегистрировано под номером 1234567. Адрес редакции: улица Мостовая, дом 1.",
         "Пользовательское соглашение, политика конфиденциальности, реклама, вакансии, контакты, архив, рассылки, помощь, доступность, "
         "лицензии, продажа фотографий, погода, кроссворды, объявления, карта сайта, редакция, сообщить об ошибке."), "Фото",
    ),
    "ja": Words(
        "政治", ("ホーム", "国際", "スポーツ"),
        ("九年の工事を終えて新しい橋が開通", "市議会が橋の費用の説明を求める", "渡し船が最後の航海を終える", "最初のバスを待つ町の人びと"),
        ("川にかかる新しい橋が、九年にわたる工事と三度の計画変更を経て、月曜日の朝に開通した。最初の一時間で数百人が歩いて渡り、歓声を上げた。",
         "クレーンのない景色を見たことがない子どもたちを連れた家族も多く、橋の上では記念写真を撮る人の姿が目立った。市は一万人の人出を見込む。",
         "市長は、二度の洪水とストライキ、そして製鉄所の倒産を乗り越えて働いた技術者たちに感謝の言葉を述べ、町は十分に待ったと話した。",
         "バスは火曜日から、乗用車は週末から橋を通れるようになる。トラックの通行は夏より前には認められない見通しだと市は説明している。"),
        "プライバシー設定",
        ("当社と842のパートナーは、お使いの端末にクッキー（Cookie）を保存し、広告のために個人データを処理します。",
         "すべてのCookieに同意するか、プライバシー設定で同意の内容を変更してください。詳しくは個人情報保護方針をご覧ください。",
         "同意はいつでも撤回できます。Cookieに同意しない場合は、広告のない有料プランをご利用ください。"),
        ("この記事は有料会員限定です", "会員の方はログインして続きを読む"), "ページが見つかりません",
        ("お探しのページは存在しないか、移動した可能性があります。",
         "アドレスに誤りがないかご確認のうえ、トップページに戻るか、検索をご利用ください。当サイトに誤りがあると思われる場合は、"
         "どのリンクからお越しになったかをお知らせください。"),
        ("© 新聞社 無断転載を禁じます。", "本社所在地：橋町一丁目一番。登録番号1234567。",
         "利用規約、個人情報保護方針、広告掲載、採用情報、お問い合わせ、記事データベース、メールマガジン、ヘルプ、サイトマップ、著作権、"
         "写真の販売、天気、パズル、会社案内、購読の申し込み、訂正とおわび、特定商取引法に基づく表記、リンクについて。"), "写真",
    ),
    "ar": Words(
        "سياسة", ("الرئيسية", "العالم", "رياضة"),
        ("افتتاح الجسر بعد تسع سنوات من العمل", "المجلس يسأل عن كلفة الجسر الجديد", "العبارة تقوم برحلتها الأخيرة",
         "المدينة تعد الأيام حتى أول حافلة"),
        ("افتتح الجسر الجديد فوق النهر صباح يوم الاثنين بعد تسع سنوات من العمل وثلاثة تغييرات في التصميم.",
         "وعبر مئات الناس الجسر في الساعة الأولى، وكان مع كثير منهم أطفال لم يعرفوا المكان من دون الرافعات.",
         "وشكرت رئيسة البلدية المهندسين الذين واصلوا العمل رغم فيضانين وإضراب وإفلاس مصنع الفولاذ.",
         "وستسير الحافلات على الجسر ابتداء من الثلاثاء، والسيارات في نهاية الأسبوع، والشاحنات ليس قبل الصيف."),
        "خصوصيتك",
        ("نحن وشركاؤنا البالغ عددهم 842 نخزن ملفات تعريف الارتباط على جهازك ونعالج البيانات الشخصية لأغراض الإعلان.",
         "يمكنك قبول جميع ملفات تعريف الارتباط أو تغيير الموافقة في إعدادات الخصوصية في أي وقت.",
         "بموافقتك نقيس أثر الإعلانات. رفض ملفات تعريف الارتباط يتطلب الاشتراك، وسياسة الخصوصية تشرح ذلك."),
        ("اشترك الآن لمتابعة القراءة", "هل أنت مشترك؟ سجل الدخول."), "الصفحة غير موجودة",
        ("الصفحة التي تبحث عنها غير موجودة أو نقلت إلى مكان آخر.",
         "تحقق من العنوان، أو عد إلى الصفحة الرئيسية، أو استخدم البحث. إذا كنت ترى أن الخطأ منا فاكتب إلينا واذكر الرابط الذي أوصلك إلى هنا."),
        ("© الجريدة. جميع الحقوق محفوظة.", "مسجلة تحت الرقم 1234567، العنوان: شارع الجسر رقم 1.",
         "شروط الاستخدام، سياسة الخصوصية، الإعلان معنا، الوظائف، اتصل بنا، الأرشيف، النشرات البريدية، المساعدة، خريطة الموقع، التراخيص، "
         "بيع الصور، الطقس، الألغاز، الإعلانات المبوبة، هيئة التحرير، الاشتراك، الإبلاغ عن خطأ، إعدادات الحساب."), "صورة",
    ),
}  # fmt: skip
